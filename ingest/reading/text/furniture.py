"""Furniture: what stands in an article's own container but is not part of its text, by class names and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ingest.reading.page.class_names import marks, says, worn
from ingest.reading.page.page import Page, visible
from ingest.reading.page.zones import SPREAD, Zones

_CLASS = re.compile(
    r"""(?:^|[\s_-])(?:
        support(?:-us|-box)?|donat(?:e|ion|ions)|wesprzyj|spenden|
        tags|tag-?links|tag-?list|post-?tags|entry-?tags|article-?tags|tags-links|post-tag|cat-?links|
        share|shares|sharing|share-(?:buttons?|links|bar|icons|tools)|sharedaddy|social|social-?\w*|
        addtoany\w*|addthis\w*|
        newsletter|newsletter-\w*|subscribe\w*|subscription|mailchimp|signup|sign-up|cta|call-to-action|
        copyright\w*|reprint|license-note|licence|license|terms-note|
        post-meta|entry-meta|article-meta|byline\w*|posted-on|
        author[_-]{0,2}(?:box|bio|info|card|name|meta|area|section|description|details)|
        about-?author|post-author|entry-footer|
        post-navigation|nav-links|nav-previous|nav-next|page-links|post-nav|pagination|breadcrumbs?|
        promo|promo-?\w*|teaser|teasers|teaser-?\w*|advert\w*|sponsor\w*|screen-reader-text|sr-only|
        visually-hidden|cookie\w*|
        wp-block-post-(?:terms|author\w*|date|navigation-link)|wp-block-query|
        toc|table-of-contents|most-?read|trending|read-?(?:more|also|next)
    )(?:$|[\s_-])""",
    re.X,
)
# Class names of elements that may hold almost as many words as the article.
_LARGE = re.compile(
    r"""(?:^|[\s_-])(?:
        comments|comments?-(?:area|list|section|thread|form|respond|wrapper|container|block)|commentlist|
        disqus\w*|respond|wp-block-comments|
        related|related-?\w*|relacionad[oa]s?|powiazane|yarpp\w*|jp-relatedposts|recommend\w*|outbrain|
        taboola|sidebar|cookie\w*
    )(?:$|[\s_-])""",
    re.X,
)
# Those that may hold more words.
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments|comments?-(?:area|list|section|thread)|commentlist|disqus\w*|"
    r"respond)(?:$|[\s_-])"
)
# Live reports of a match or a session, minute by minute; they are the text of their page.
_LIVE = re.compile(r"(?:^|[_-])live-?(?:\w+-)?comments?")
_CONTENTS = re.compile(r"(?:^|[\s_-])toc(?:$|[\s_-])")
# Class names of elements that hold the text together with other things.
_LAYOUT = re.compile(r"grid|layout|column|content|container")
_HEADING = re.compile(
    r"""^\W*(?:
        support\s+(?:us|our\s+work)|donate(?:\s+now)?|make\s+a\s+donation|wesprzyj(?:\s+nas)?|wspieraj\s+nas|
        wspomóż\s+nas|unterstützen\s+sie\s+uns|spenden|soutenez[- ]nous|faire\s+un\s+don|apóyanos|sostienici|
        steun\s+ons|podpořte\s+nás|підтримайте\s+нас|поддержите\s+нас|
        related(?:\s+(?:posts?|articles?|stories|content|reading|topics|links|news|tags)(?:\s*(?:&|and)\s*\w+)?)?|similar\s+(?:posts|
        articles)|(?:more|read\s+more|other)\s+(?:from|on|articles|posts|stories|news|in)\b.{0,40}|
        you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested).*|read\s+(?:also|next|more)|
        recommended(?:\s+\w+)?|further\s+reading\s+from.*|latest\s+(?:posts|articles|news)|
        powiązane(?:\s+\w+)?|podobne(?:\s+\w+)?|zobacz\s+(?:też|także|również)|czytaj\s+(?:też|także|również|
        więcej)|przeczytaj\s+(?:też|także|również)|polecane|polecamy|
        das\s+könnte\s+(?:sie|dich)\s+auch\s+interessieren|verwandte\s+\w+|ähnliche\s+\w+|mehr\s+zu(?:[mr]|\s)\s*[^.!?]{2,40}|
        weitere\s+(?:artikel|beiträge|themen|meldungen).*|lesen\s+sie\s+auch|auch\s+interessant|
        (?:articles|sujets)\s+(?:similaires|liés|connexes)|à\s+lire\s+aussi|lire\s+aussi|
        sur\s+le\s+même\s+sujet|à\s+la\s+une(?:\s+de\s.{0,25})?|dans\s+la\s+même\s+rubrique|les\s+plus\s+(?:lus|partagés).{0,20}|
        most\s+(?:read|popular|viewed|shared)(?:\s+(?:articles?|posts?|stories|news|(?:to)?day|now|this|of\s+the|on\s+(?:our|the|this)).{0,20})?|
        meistgelesen.{0,20}|lo\s+más\s+(?:leído|visto).{0,20}|
        (?:i\s+)?più\s+letti.{0,20}|najczęściej\s+czytane.{0,20}|(?:as\s+)?mais\s+lidas.{0,20}|самое\s+читаемое|
        kapcsolódó\s+(?:anyag|bejegyzés|cikk|hír|írás|link|oldal|poszt|tartal|téma)\w*|(?:artículos|noticias|entradas)\s+relacionad[oa]s|te\s+puede\s+interesar|
        articoli\s+correlati|leggi\s+anche|potrebbe\s+interessarti.*|artigos\s+relacionados|leia\s+também|
        gerelateerd\w*(?:\s+\w+)?|lees\s+ook|související(?:\s+\w+)?|čtěte\s+také|схожі\s+\w+|читайте\s+також|
        читайте\s+также|похожие\s+\w+|läs\s+(?:också|mer)|les\s+også|læs\s+også|lue\s+myös|
        (?:leave\s+a\s+)?(?:comments?|reply|replies)|(?:\d+|one|no)\s+(?:comments?|responses?|replies|
        thoughts?\s+on.*)|join\s+the\s+(?:conversation|discussion)|dodaj\s+komentarz|
        komentarze(?:\s*\(\d+\))?|kommentare(?:\s*\(\d+\))?|kommentar\s+(?:schreiben|hinterlassen)|
        commentaires|comentarios|
        (?:sign\s+up|subscribe)\b.{0,60}|newsletter.{0,40}|zapisz\s+się.{0,40}|share\s+(?:this|on|
        via)?.{0,30}|udostępnij.{0,30}|teilen|partager|compartir|condividi|about\s+the\s+authors?|
        o\s+autorze|o\s+autorach|tags?|tagi|topics
    )\W*$""",
    re.X,
)
_TAGS_LINE = re.compile(r"^\s*(?:tags?|tagi|schlagwort\w*|etiquetas|étiquettes|теги|keywords|słowa kluczowe)\s*[:：]")
_BYLINE = re.compile(
    r"^\s*(?:date|data|datum|fecha|дата)\s*[:：].{4,60}|^\s*(?:authors?|autor\w*|oprac\.?|"
    r"автор\w*)\s*[:：].{3,80}$"
)
_LINE = re.compile(
    r"""^\W*(?:
        (?:advertisement|anzeige|werbung|reklama|publicité|publicidad|pubblicità|annons|annonce)(?:\W+skip\s+advertisement)?|
        skip\s+(?:advertisement|to\s+.{3,30})|story\s+continues\s+below.{0,30}|
        (?:back|return)\s+to\s+(?:the\s+)?(?:blog|top|news|overview|home|articles|all.{0,20})|zurück(?:\s+zu[rm]?\s+.{3,20})?|
        nach\s+oben|powrót(?:\s+do\s+.{3,20})?|retour(?:\s+à\s+.{3,20})?|volver(?:\s+a\s+.{3,20})?|
        (?:follow|join|like)\s+us(?:\s+on\s+.{3,40})?|follow\s+\w+\s+on\s+(?:twitter|facebook|instagram|x|linkedin).{0,30}|
        (?:join|subscribe\s+to|sign\s+up\s+for|get)\s+our\s+.{0,40}(?:newsletter|mailing\s+list|updates).{0,40}|
        (?:join|follow|like|find)\s+(?:us|me|our|the|him|her|them)\b.{0,30}\b(?:facebook|twitter|tiktok|instagram|telegram|whatsapp|
        linkedin|youtube|bluesky|mastodon|mailing\s+list|newsletter)\b.{0,90}|
        (?:folgen\s+sie|folgt|suivez-nous|síguenos|seguici|siga-nos|obserwuj\s+nas|śledź\s+nas|polub\s+nas|volg\s+ons)\b.{0,100}|
        (?:written|words|story|text|photos?)\s+by\s+[^.]{3,50}|
        (?:letzte\s+(?:änderung|aktualisierung)|last\s+(?:updated|modified|reviewed)|zuletzt\s+aktualisiert|
        ostatnia\s+(?:aktualizacja|zmiana)|dernière\s+mise\s+à\s+jour|última\s+actualización|ultimo\s+aggiornamento)\b.{0,40}|
        (?:also\s+read|read\s+(?:more|also|next)|related|see\s+also|more\s+on\s+this|more\s+from|recommended)\s*[:：].{3,140}|
        (?:czytaj|zobacz|przeczytaj)\s+(?:też|także|również|więcej)\s*[:：].{3,140}|(?:lesen\s+sie\s+auch|mehr\s+dazu)\s*[:：].{3,140}|
        (?:[aà]\s+)?lire(?:\s+aussi)?\s*[:：].{3,140}|(?:lea|lee)\s+también\s*[:：].{3,140}|leggi\s+anche\s*[:：].{3,140}|
        más\s+sobre\s+.{3,60}|\[[a-z_]{4,30}\]|link\s+zum\s+[\w-]+-inhalt|
        (?:click|tap)\s+here\s+to\s+(?:subscribe|sign\s+up|donate|share)\b.{0,60}|
        (?:buy|order|shop)\s+(?:it\s+)?now\b.{0,60}|check\s+(?:the\s+)?(?:latest\s+)?price\b.{0,30}|
        (?:click|tap)\s+to\s+(?:read|view|see|show|hide|expand)\b.{0,40}|(?:please\s+)?read\s+our\s+comments?\s+policy\b.{0,40}|
        (?:wysłane\s+z|sent\s+(?:from|via)|gesendet\s+(?:von|mit)|envoyé\s+(?:de|depuis)\s+mon|enviado\s+desde)\b.{0,60}|
        [^\s:]{2,30}\s+(?:napisał(?:\(?a\)?)?|wrote|schrieb|a\s+écrit|escribió|ha\s+scritto|said)\s*:|
        (?:print|email|e-mail|drucken|drukuj|imprimer|imprimir)(?:\s+(?:this|article|page|artikel))*|
        advertisement\s*[:：].{3,60}|(?:article|contenu)\s+réservé\s+aux\s+abonnés|
        (?:lecture|temps\s+de\s+lecture)\s*[:：]?\s*\d+\s*min(?:utes?)?\.?|page\s+\d+\s+of\s+\d+|
        jump\s+to\s+(?:the\s+)?(?:list|recipe|section|content|comments)|
        (?:like|love)\s+(?:it|this)\s*\?\s*(?:pin|share|save)\s+(?:it|this)\b.{0,30}|
        (?:was|is)\s+this\s+(?:page|article|post|information)\s+(?:helpful|useful)(?:\s+to\s+you)?|
        how\s+(?:was|did\s+you\s+like)\s+this\s+(?:issue|article|post|page)|
        (?:war|ist)\s+diese[rs]?\s+(?:artikel|beitrag|seite)\s+hilfreich|czy\s+(?:ten\s+)?artykuł\s+był\s+(?:przydatny|pomocny)|
        (?:download|herunterladen|pobierz|télécharger|descargar|scarica)(?:\s+(?:the|this|full|le|la|el|il|den|die))*
        (?:\s+(?:as\s+)?(?:an?\s+)?(?:pdf|report|publication|paper|brief|raport|publikację|bericht|publikation|rapport|informe|rapporto))
        (?:\s+(?:as\s+|als\s+|w\s+formacie\s+)?pdf)?(?:\s*\(?(?:pdf\W*)?[\d.,]+\s*[km]b\)?)?|
        (?:thanks|thank\s+you)\s+for\s+reading\b.{0,120}|this\s+post\s+is\s+public\b.{0,80}|
        (?:have\s+you\s+|did\s+you\s+)?(?:spot(?:ted)?|found|find|noticed?|see)\s+(?:an?|any)\s+(?:error|mistake|typo)s?\b
        (?:\s+(?:in|on|with)\s+(?:this|our|the)\s+(?:article|page|post|report|site|story|text)\b)?
        (?:\s*\?.{0,60}|\W+(?:click|contact|e-?mail|let|please|report|select|send|tell|write)\b.{0,60})?|
        fehler\s+(?:gefunden|entdeckt|melden).{0,30}|(?:znalazłeś|zauważyłeś)\s+błąd.{0,40}|une\s+erreur\s+dans\s+(?:cet\s|l['’]|ce\s|le\s|cette\s|la\s)(?:article|texte|page|contenu|dépêche)\b.{0,30}|
        (?:encontraste|has\s+encontrado|ves)\s+(?:un|algún)\s+error.{0,30}|(?:нашли|заметили|увидели)\s+(?:ошибку|опечатку).{0,60}|
        (?:помітили|знайшли)\s+помилку.{0,60}|kļūda\s+rakstā|
        (?:(?:photos?|fotos?|images?|bild|zdjęcie|фото)\s*[:：]?|[:：])?[^.!?:]{0,60}(?:[/|]|\b(?:via|through)\b(?!\s*(?:afp|reuters)))\s*
        (?:getty(?:\s+images)?|shutterstock|istock(?:photo)?|alamy|picture[\s-]alliance|unsplash|wikimedia\s+commons|afp|reuters)
        (?:\s*/\s*[^.!?:]{2,40})?|
        (?:photos?|fotos?|images?|bild|zdjęcie|фото)\s*[:：][^.!?:]{0,60}\b(?:via|through)\s+(?:afp|reuters)|
        (?:getty\s+images|shutterstock(?:\.com)?|istock(?:photo)?|picture[\s-]alliance)|
        (?:leave|post|write|add)\s+a\s+comment|(?:join|enter)\s+the\s+discussion|vstoupit\s+do\s+diskuse.{0,10}|
        pdf\W{1,3}[\d.,]+\s*[km]b|copy\s+(?:the\s+)?(?:link|url)|link\s+(?:copied|kopieren)|kopiuj\s+link|copier\s+le\s+lien|
        (?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d\d-\d\d)
    )\W*$""",
    re.X,
)
NOTICE_LONGEST = 900
_NOTICE = re.compile(
    r"\b(?:(?:we|site|website|page)\s+uses?\s+cookies|(?:korzystamy\s+z|korzysta\s+z|używamy|używa)\s+(?:plików\s+)?cookies|"
    r"verwende(?:n|t)\s+cookies|(?:utilizamos|utiliza|utilisons|utilise\s+des|utilizziamo|utilizza(?:\s+i)?)\s+(?:des\s+)?cookies|"
    r"(?:contains?|includes?)\s+affiliate\s+links|"
    r"(?:earn|receive)s?\s+(?:(?:us|a|an|small|affiliate)\s+)*commissions?|"
    r"um\s+eingebettete\s+inhalte\s+anzuzeigen|to\s+(?:view|see|display)\s+(?:this|embedded)\s+(?:content|media)\b.{0,120}\bconsent|"
    r"la\s+suite\s+est\s+réservée\s+aux\s+abonnés|il\s+vous\s+reste\s+[\d.,]+\s?%\s+de\s+cet\s+article|"
    r"dass\s+ihre\s+kommentare\s+themenbezogen|"
    r"an\s+dieser\s+stelle\s+finden\s+sie\s+(?:einen\s+)?(?:extern\w+\s+|relevante\w*\s+)?inhalte?\b|"
    r"ctrl\s*\+\s*enter|this\s+copy\s+is\s+for\s+your\s+personal,?\s+non-commercial\s+use|is\s+a\s+reader-supported\s+publication|"
    r"(?:please\s+enable|enable|bitte\s+aktivieren\s+sie|włącz|activez|activa)\s+javascript)\b",
    re.I,
)
FORM_LONGEST = 320
"""The text of a form is short: a longer paragraph is about forms, and the author's."""
# What forms ask and answer, and what visitors are told who may not read on: the same words on many sites.
_FORM = re.compile(
    r"""\b(?:delivered|sent|straight|directly|sign(?:ing)?\s+up|subscribe|newsletter|get\s+(?:the|our|more|free)\b)[^.!?]{0,140}
        \byour\s+(?:e-?mail\s+)?(?:inbox|mailbox)\b|
    \bemail\s+address\s+will\s+not\s+be\s+published|\brequired\s+fields\s+are\s+marked|\bsave\s+my\s+name,\s+e-?mail|
    \b(?:video|audio|player|advertisement|ad)\s+has\s+(?:failed\s+to\s+load|not\s+loaded)|\bfor\s+validation\s+purposes\s+and\b|
    \bsomething\s+went\s+wrong(?:\s+while\s+submitting|[,.!]\s*please\s+try)|\byour\s+submission\s+has\s+been\s+received|
    \bthank(?:s|\s+you)\s+for\s+(?:subscribing|signing\s+up|registering)\b|\bprotected\s+by\s+recaptcha\b|\buses\s+akismet\b|
    \bplease\s+enter\s+(?:a\s+valid|your)\s+e-?mail\b|
    \bby\s+(?:signing\s+up|subscribing|submitting|registering|creating\s+an\s+account|providing\s+your\s+e-?mail)\b
        [^.]{0,80}\b(?:you|i)\s+(?:agree|consent|accept|acknowledge|confirm)\b|
    (?:\byou|^)\s*must\s+be\s+logged\s+in\s+to\s+(?:post|leave|comment|join|reply|read)\b|\bunsubscribe\s+(?:at\s+)?any\s*time\b|
    \balready\s+(?:an?\s+|have\s+an?\s+)?(?:subscriber|subscribed|member|account|subscription|registered)\s*\?|
    \b(?:subscribe|register|sign\s+in|log\s+in|create\s+an?\s+(?:free\s+)?account)\b[^.]{0,30}
        \bto\s+(?:continue\s+reading|keep\s+reading|unlock|read\s+(?:the\s+(?:full|rest)|this|more))\b|
    \b(?:article|content|story)\s+is\s+(?:only\s+|exclusively\s+)?(?:for|available\s+to|reserved\s+for)\s+(?:our\s+)?
        (?:\w+\s+)?(?:subscribers|members)\b(?!\s+of\b)|
    \be-?mail-?adresse\s+wird\s+nicht\s+veröffentlicht|\berforderliche\s+felder\s+sind|
    \bjederzeit\s+(?:wieder\s+|kostenlos\s+)?(?:abmelden|abbestellen|widerrufen|kündbar)\b|
    \bmit\s+(?:der|ihrer|deiner)\s+(?:anmeldung|registrierung|bestellung)\b[^.]{0,80}\b(?:stimm|akzeptier|erklär|einverstanden)|
    \b(?:bereits|schon)\s+(?:\w+[- ])?(?:abonnent|abonniert|registriert|mitglied|kunde|ein\s+konto)\w*\s*\?|
    \b(?:in|an)\s+(?:ihr|dein|euer)\w*\s+(?:e-?mail-?)?(?:postfach|posteingang)\b|
    \b(?:artikel|beitrag|inhalt|text)\s+ist\s+(?:nur\s+|exklusiv\s+)?für\s+(?:unsere\s+)?(?:\w+[- ])?
        (?:abonnent|mitglied)(?!staat)\w*(?!\s+(?:des|der)\b)\b|
    \bmir\s+externe\s+inhalte\s+angezeigt|\bein\s+klick\s+für\s+den\s+datenschutz\b|
    \bhat\s+(?:ihnen|dir|euch)\s+(?:dieser|der|unser)\s+(?:artikel|beitrag|text)\s+gefallen|
    \badresse\s+(?:e-?mail|de\s+messagerie)\s+ne\s+sera\s+pas\s+publiée|\bles\s+champs\s+obligatoires\s+sont|
    \bdans\s+votre\s+bo[iî]te\s+(?:mail|e-?mail|de\s+réception|aux\s+lettres)|\bdéjà\s+abonnée?\W*\?|
    \b(?:article|contenu|lecture|suite)\s+(?:est\s+)?réservée?\s+aux?\s+(?:abonné|adhérent|membre)\w*(?!\s+d[eu]s?\b)\b|
    \ben\s+vous\s+(?:inscrivant|abonnant)\b[^.]{0,80}\b(?:acceptez|reconnaissez|consentez)|
    \bdirección\s+de\s+(?:correo|e-?mail)[^.]{0,20}\s+no\s+será\s+publicada|\blos\s+campos\s+obligatorios\s+est|
    \ben\s+tu\s+(?:bandeja|buzón|correo)\b|¿ya\s+(?:eres|es|tienes)\s+(?:suscript|una?\s+cuenta)|
    \b(?:contenido|artículo)\s+exclusivo\s+para\s+(?:suscriptores|socios|usuarios)|
    \bindirizzo\s+e-?mail\s+non\s+sarà\s+pubblicato|\bi\s+campi\s+obbligatori\s+sono|\bnella\s+tua\s+casella\b|
    \b(?:contenuto|articolo)\s+riservato\s+agli\s+abbonati|\b(?:sei|già)\s+(?:già\s+)?abbonato\s*\?|
    \badres\s+e-?mail\s+nie\s+zostanie\s+opublikowany|\bwymagane\s+pola\s+są|\bna\s+(?:swoją|twoją)\s+skrzynkę\b|
    \bmasz\s+już\s+(?:konto|prenumeratę|subskrypcję|dostęp)|
    \b(?:artykuł|treść|tekst)\s+(?:jest\s+)?(?:dostępn|przeznaczon)\w+\s+(?:tylko\s+|wyłącznie\s+)?dla\s+(?:prenumer|subskry|zalogow)|
    \be-?mailadres\s+(?:zal|wordt)\s+niet\s+(?:worden\s+)?(?:gepubliceerd|getoond)|\bal\s+abonnee\s*\?|
    \bendereço\s+de\s+e-?mail\s+não\s+será\s+publicado|\bcampos\s+obrigatórios\s+são|\bexclusiv\w+\s+para\s+assinantes|
    \be-?mailová\s+adresa\s+nebude\s+zveřejněna|\bvyžadované\s+informace\s+jsou|
    \be-?mail\s+не\s+(?:будет\s+опубликован|оприлюдн)|(?:обязательные|обов.язкові)\s+поля|
    会員限定です|有料会員限定|メールアドレスが公開されることはありません|必須項目です""",
    re.X,
)
# Up to a few words at the start of a sentence may come before the words of a form: "We apologise, but this".
_LEAD = re.compile(r"(?:^|[.!?:*|…»”\"\n])\W*(?:(?:[\w'’-]+[\W_]+){0,4}|[\u3040-\u9fff]{0,12})\Z")
_REPORTED = re.compile(
    r"""\b(?:said|says|wrote|writes|asked|found|finds|argue[sd]?|according|study|surveys?|researchers?|courts?|ministers?|
        ministry|per\s?cent|laws?|directive|critics|half\s+of|most\s+of|one\s+in|
        sagte?|fragte?|schreibt|schrieb|laut|gericht\w*|studie\w*|prozent|richtlinie\w*|satzung|gesetz\w*|behörden?|parlament\w*|
        dit|selon|écrit|précise|étude|tribunal|règlement|loi|según|dijo|dice|estudio|ley|por\s+ciento|secondo|
        ha\s+detto|studio|legge|per\s+cento|mówi\w*|powiedział\w*|według|bada\w+|krytyk\w+|procent|odpowiada\w*|ustaw\w+|
        volgens|onderzoek|wet|segundo|disse|estudo|lei|podle|studie|zákon\w*|сказал\w*|закон\w*|суд\w*)\b""",
    re.X,
)
# fmt: off
_FORM_STEMS = (
    "inbox", "mailbox", "not be published", "fields are marked", "save my name", "failed to load", "not loaded",
    "validation purposes", "went wrong", "submission has been", "for subscribing", "signing up", "for registering",
    "recaptcha", "akismet", "enter a valid", "enter your e", "by subscribing", "by submitting", "by registering",
    "creating an account", "providing your e", "logged in to", "unsubscribe", "already a", "already subscribed",
    "already registered", "already have", "already member", "continue reading", "keep reading", "to unlock",
    "to read the", "to read this", "to read more", "subscribers", "members", "wird nicht ver", "felder sind",
    "jederzeit", "anmeldung", "registrierung", "bestellung", "bereits", "schon ", "postfach", "posteingang",
    "abonnent", "mitglied", "externe inhalte", "datenschutz", "gefallen", "sera pas publiée", "champs obl", "boîte",
    "boite", "abonné", "adhérent", "membre", "en vous inscri", "en vous abonn", "será publicada", "campos obl",
    "en tu ", "¿ya", "exclusiv", "pubblicato", "campi obbl", "tua casella", "abbonat", "opublikowany",
    "wymagane pola", "skrzynkę", "masz już", "dostępn", "przeznaczon", "mailadres", "abonnee", "será publicado",
    "campos obr", "nebude zve", "vyžadované inf", "опубл", "оприл", "поля", "会員限定", "メールアドレスが", "必須項目",
)
# fmt: on
"""Everything that `_FORM` matches contains one of these."""
# fmt: off
_STEMS = (
    "ookies", "ffiliate", "ommission", "ingebettete", "onsent", "abonnés", "cet article", "hemenbezogen",
    "avaScript", "avascript", "nhalt", "trl", "supported pub", "commercial use",
)
# fmt: on
"""Everything that `_NOTICE` matches contains one of these; this is a faster search."""
# fmt: off
BLOCKS = frozenset((
    "div", "p", "section", "aside", "ul", "ol", "span", "footer", "nav", "form", "table", "article", "header",
    "h2", "h3", "h4", "h5", "h6", "strong", "b", "a", "figure", "details", "dl",
))
_BEGINNINGS = frozenset((
    "abo", "add", "adv", "art", "aut", "bre", "byl", "cal", "cat", "com", "coo", "cop", "cta", "dis", "don", "ent",
    "jp", "lic", "mai", "mos", "nav", "new", "out", "pag", "pos", "pow", "pro", "rea", "rec", "rel", "rep", "res",
    "scr", "sha", "sid", "sig", "soc", "spe", "spo", "sr", "sub", "sup", "tab", "tag", "tao", "tea", "ter", "toc",
    "tre", "vis", "wes", "wp", "yar",
))
# fmt: on
"""How words that `_CLASS` and `_LARGE` match begin. Most class names contain none, which is a fast test."""
LINE_LONGEST = 160
MOST = 0.5
RUNNING = 150
"""A paragraph of at least this many characters, few of them in links, is running text."""
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6", "strong", "b", "p", "div", "span"})
_HEADED = frozenset({"h2", "h3", "h4", "h5", "h6"})
LABELLED = frozenset({"p", "div", "span"})
"""Elements that are furniture by their words only if these begin with a label and a colon."""


def find(page: Page, zones: Zones, statements: tuple[str, ...]) -> Iterator[Any]:
    """Yield the elements of the page that are furniture; none holds the headline or most of the page.

    Args:
        statements: the words of statements of terms. The smallest block that holds one, and little more, is furniture.
    """
    shares = _Shares(page)
    # An element around the headline holds the article, whatever a theme calls it.
    guarded = set(zones.headline.iterancestors()) if zones.headline is not None else set()
    known = _called(zones, guarded, shares)
    yield from known
    for _, element, tag, words in page.outline.rows:
        # A heading announces what follows. A paragraph must look like a label, because texts mention such things too.
        able = tag in HEADINGS and (tag not in LABELLED or ":" in words or "：" in words)
        if able and 3 <= len(words) <= 120 and element not in known and element not in guarded:
            yield from _by_words(element, words, shares, guarded)
    yield from _terms(page, statements)


def _called(zones: Zones, guarded: set[Any], shares: _Shares) -> set[Any]:
    """Return the elements that are furniture by their class names.

    Elements that share the name of a layout ("sidebar-grid") do not count if they hold most of the running text.
    """
    found: dict[str, list[Any]] = {}
    for element in zones.called(named):
        said = zones.marks[element]
        if element.tag in _HEADED and not named(worn(element)):
            continue  # the id repeats its words ("what-is-social-media"), or is its number in a table of contents
        if element.tag in BLOCKS and element not in guarded and _is_named(element, said, shares):
            found.setdefault(said, []).append(element)
    kept = (alike for said, alike in found.items() if not (_LAYOUT.search(said) and _hold_most(alike, shares)))
    return {element for alike in kept for element in alike}


def _hold_most(alike: list[Any], shares: _Shares) -> bool:
    if len(alike) < 2 or sum([shares[element] for element in alike]) <= MOST:
        return False
    inside = set(alike)
    return sum(shares[e] for e in alike if inside.isdisjoint(e.iterancestors())) > MOST


@lru_cache(maxsize=65536)
def named(said: str) -> bool:
    """Return whether class names, in the form of `marks`, mark an element as furniture."""
    return any(map(_calls, said.split()))


@lru_cache(maxsize=65536)
def _calls(name: str) -> bool:
    # The first three letters of words are a quick test before the long patterns.
    if not any(word[:3] in _BEGINNINGS for word in name.replace("_", "-").split("-")):
        return False
    # "with-sidebar" describes the layout of an element that holds the text as well.
    if "sidebar" in name and SPREAD.search(name):
        return False
    return bool(_LARGE.search(name) or _CLASS.search(name)) and not _LIVE.search(name)


@lru_cache(maxsize=4096)
def by_large_name(said: str) -> bool:
    """Return whether class names mark an element that may hold almost as many words as the article."""
    return says(_LARGE, said)


def by_contents(said: str) -> bool:
    """Return whether class names mark a table of contents, or a chapter that it leads to."""
    return says(_CONTENTS, said)


def _is_named(element: Any, said: str, shares: _Shares) -> bool:
    """Return whether an element with the class names of furniture is only that, and not a part of the article."""
    if by_contents(said) and _holds_running_text(element):
        return False  # a chapter that a table of contents leads to, not the table itself
    share = shares[element]
    if says(_LARGE, said) and (share < 0.5 or (says(_COMMENTS, said) and not _article_in(element))):
        return True
    return says(_CLASS, said) and share < 0.25


def _holds_running_text(element: Any) -> bool:
    for paragraph in element.iter("p"):
        size = len(visible(paragraph))
        if size >= RUNNING and 3 * sum(len(a.text_content()) for a in paragraph.iter("a")) < size:
            return True
    return False


def by_name(element: Any) -> bool:
    """Return whether the class names or the id of *element* mark it as furniture."""
    said = marks(element)
    return bool(said) and named(said)


@lru_cache(maxsize=1024)
def titled(words: str) -> bool:
    """Return whether a few *words* are a heading that begins furniture: "Support us", "Related posts".

    Remembered, because pages repeat headings and a learned page asks twice.
    """
    return bool(_HEADING.match(words.lower()))


def lines(said: Sequence[str]) -> set[str]:
    """Return the paragraphs that are furniture by their words alone."""
    found = {words for words in said if len(words) <= LINE_LONGEST and _short(words)}
    longer = [words for words in said if LINE_LONGEST < len(words) <= NOTICE_LONGEST]
    if longer and _may_notice("\n".join(longer)):
        found.update(filter(notice, longer))
    return found | _forms(said)


def line(words: str) -> bool:
    """Return whether a single paragraph is furniture by its words alone."""
    return bool(lines((words,)))


def _short(words: str) -> bool:
    lowered = words.lower()
    return bool(_LINE.match(lowered)) or (len(lowered) <= 60 and titled(words)) or notice(lowered)


def notice(words: str) -> bool:
    """Return whether a paragraph says that the site uses cookies, or earns money from links."""
    return len(words) <= NOTICE_LONGEST and _may_notice(words) and bool(_NOTICE.search(words))


def _forms(said: Sequence[str]) -> set[str]:
    """Return the paragraphs of a form or a barrier: questions, answers, and what is needed to read on."""
    able = [words for words in said if len(words) <= FORM_LONGEST]
    together = "\n".join(able).lower()
    # Most texts contain none of these anywhere, so this is checked for all paragraphs at once.
    here = [stem for stem in _FORM_STEMS if stem in together]
    if not here:
        return set()
    return {
        words for words in able if any(stem in (lowered := words.lower()) for stem in here) and _is_of_a_form(lowered)
    }


def _is_of_a_form(lowered: str) -> bool:
    found = _FORM.search(lowered)
    # A form says this directly to the visitor. After other words, or with words of reporting, it belongs to a text.
    return found is not None and _LEAD.search(lowered, 0, found.start()) is not None and not _REPORTED.search(lowered)


def _may_notice(words: str) -> bool:
    return any(map(words.__contains__, _STEMS))


class _Shares(dict[Any, float]):
    """The part of a page's running text that an element holds: in paragraphs, or in all of it if it has few."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._sizes = {p: len(p.text_content()) for p in page.body.iter("p")}
        self._total = max(1, self._prose(page.body))

    def __missing__(self, element: Any) -> float:
        share = self[element] = self._prose(element) / self._total
        return share

    def _prose(self, element: Any) -> int:
        inside = sum([self._sizes[p] for p in element.iter("p")])
        # This much in paragraphs is a text. Pages without paragraphs have it loose in div and td.
        if inside > 600:
            return inside
        words = self._page.short.get(element)
        return max(inside, len(visible(element) if words is None else words))


def _article_in(element: Any) -> bool:
    """Return whether *element* may hold the article's own text."""
    return bool(element.xpath("descendant-or-self::*[@itemprop='articleBody' or self::article or self::h1]"))


def _by_words(element: Any, words: str, shares: _Shares, guarded: set[Any]) -> Iterator[Any]:
    words = words.lower()
    if _TAGS_LINE.match(words) or (element.tag in ("p", "div") and _BYLINE.match(words)):
        yield element
    elif element.tag not in LABELLED and _HEADING.match(words):
        yield from _section(element, shares, guarded)


def _section(heading: Any, shares: _Shares, guarded: set[Any]) -> Iterator[Any]:
    """Yield the block that *heading* begins: its parent if that holds little else, else the heading and its section."""
    if heading.tag in ("strong", "b"):
        # Words in bold are a heading only if they are the whole paragraph.
        holder = heading.getparent()
        if holder is None or visible(holder) != visible(heading):
            return
        heading = holder
    parent = heading.getparent()
    while (
        parent is not None
        and parent not in guarded
        and parent.tag not in ("body", "article", "main", "p")
        and next((c for c in parent if isinstance(c.tag, str)), None) is heading
        and shares[parent] < 0.25
    ):
        heading, parent = parent, parent.getparent()
    yield heading
    if (heading.tag[0] == "h" and heading.tag[1:].isdigit()) or heading.tag == "p":
        passed = False
        for following in heading.itersiblings():
            if not isinstance(following.tag, str):
                continue
            if following.tag in ("h1", "h2", "h3", "h4", heading.tag) or _goes_on(following, passed):
                break
            passed = passed or following.tag != "p"
            yield following


def _goes_on(following: Any, passed: bool) -> bool:
    """Return whether the article continues with what follows a furniture heading.

    It does with a long paragraph, with a block of running text, or, once the box below the heading has been *passed*,
    with any paragraph of running text.
    """
    if following.tag == "p":
        return len(visible(following)) > 400 or (passed and _holds_running_text(following))
    return following.tag in ("div", "section") and _holds_running_text(following)


def _terms(page: Page, statements: tuple[str, ...]) -> Iterator[Any]:
    # Shorter words, such as "CC BY", are also part of longer ones that are not about terms.
    wanted = [words for words in statements if len(words) > 12]
    if not wanted:
        return
    for element, words in page.short.items():
        if len(words) > 12 and any(said in words and len(words) <= len(said) * 1.6 + 40 for said in wanted):
            yield element
