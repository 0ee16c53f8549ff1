"""Named works: find which works a clause permits to reuse, in ten languages, by the places where each has its object.

Apart from ``roles``, which asks what any clause permits; ``heads`` does the same for English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import takewhile

from ingest.terms.phrase_patterns import fold, pattern_of
from ingest.terms.vocabulary import packaged

LANGUAGES = frozenset({"cs", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk"})


@lru_cache(maxsize=1024)
def are_known(folded: str, language: str, capitals: frozenset[str]) -> bool:
    """Return whether each act that a folded clause permits is done to the publisher's texts, as far as it names them.

    *capitals* are the folded words of the clause that begin with a capital: in German, these are its nouns.
    """
    grammar = _grammar(language)
    # In "The Institute lets everybody reprint its texts", "its" is the publisher's.
    own = _LETS.search(folded) is not None or grammar.names_a_house(folded)
    known = all(grammar.name_a_work(words, capitals, own=own) for words in grammar.objects(folded))
    return known and all(grammar.are_anybody(words, ended=ended) for words, ended in grammar.agents(folded))


class _Grammar:
    """Where a clause of one language has the objects of acts."""

    def __init__(self, language: str) -> None:
        held: Mapping[str, list[str]] = packaged(f"frames/{language}")["words"]
        self._language = language

        def any_of(*names: str) -> str:
            # Single words only: longer entries contain pronouns, which are objects themselves.
            words = {fold(word) for name in names for word in held.get(name, ()) if _ALONE.fullmatch(word)}
            if "act" in names or "noun" in names:
                words -= _NO_ACTS
            return "(?:" + "|".join(pattern_of(word, held) for word in sorted(words, key=len, reverse=True)) + ")"

        self._heads, self._others = re.compile(any_of("heads")), re.compile(any_of("others"))
        self._acts = re.compile(any_of("act", "pass", "noun"))
        self._whom = re.compile(any_of("whom"))
        self._theirs = _THEIRS[language]
        house = sorted({fold(word) for word in held["house"] if " " in word}, key=len, reverse=True)
        self._house = (
            re.compile(rf"(?<!\w)(?:{'|'.join(pattern_of(word, held) for word in house)})(?!\w)") if house else None
        )
        self._beside, self._ends = frozenset(held["beside"]), frozenset(held["ends"])
        parts = {
            "act": any_of("act", "pass"),
            "done": any_of("verbed", "passing", "acted"),
            "noun": f"(?!{_PUBLISHED}){any_of('noun')}",
        }
        self._places = [re.compile(place.format(**parts)) for place in _PLACES[language]]
        self._by = [re.compile(by.format(**parts)) for by in _BY.get(language, ())]
        self._anybody = re.compile(any_of("agents" if held.get("agents") else "whom"))
        # "The researchers of the Institute", but not "of the museum": only words for the publisher itself.
        institutions = {fold(_LAST.split(word)[-1]) for word in held["house"] if _is_long(word)}
        self._institution = re.compile("|".join(pattern_of(word, held) for word in sorted(institutions)))

    def objects(self, folded: str) -> Iterator[str]:
        """Yield the words from each place on where a clause names the object of a permitted act."""
        for place in self._places:
            for found in place.finditer(folded):
                yield found["work"]

    def agents(self, folded: str) -> Iterator[tuple[str, bool]]:
        """Yield the words from each place on where a clause names who may do something.

        With each, whether the words end there, as a subject does.
        """
        for by in self._by:
            for found in by.finditer(folded):
                yield found["who"], by.pattern.startswith("^")

    def are_anybody(self, words: str, *, ended: bool) -> bool:
        """Return whether words begin with the public, a text, a means or a place, or name nobody: "by all".

        *ended*: they are a whole subject; a Slavic language may put the object before it.
        """
        said = _WORDS.get(self._language, _WORD).findall(words)
        ours = False
        for number, word in enumerate(said):
            ours = ours or _OURS.fullmatch(word) is not None
            # "All": everybody, unless a noun follows, which then says who.
            if word in self._beside or _ALL.fullmatch(word) is not None:
                continue
            if self._anybody.fullmatch(word) is not None:
                # "Our readers" are the public; "our researchers" and "the researchers of the Institute" are not.
                return _READERS.match(word) is not None or not (ours or self._are_of_the_house(said[number + 1 :]))
            if ended and self._language in _ADJECTIVES and (self._is_head(word) or self._institution.fullmatch(word)):
                ours = False
                continue
            known = self._is_head(word) or self._acts.fullmatch(word) is not None
            return known or word in _SIGNS or word in self._ends or word.endswith(_MANNER)
        return True

    def _are_of_the_house(self, said: list[str]) -> bool:
        """Return whether the words after people say that they belong to the publisher."""
        behind = takewhile(lambda word: word in self._beside or word in _BEHIND, said)
        number = sum(1 for _ in behind)
        return any(self._institution.fullmatch(word) is not None for word in said[number : number + 1])

    def names_a_house(self, folded: str) -> bool:
        """Return whether a clause names the publisher like a person: "the Institute"."""
        return self._house is not None and self._house.search(folded) is not None

    def name_a_work(self, words: str, capitals: frozenset[str], *, own: bool) -> bool:
        """Return whether words begin with a text of the publisher or name no work; *own*: "its" is the publisher's."""
        said = self._without_places(_WORDS.get(self._language, _WORD).findall(words))
        for number, word in enumerate(said):
            if word in _SIGNS:
                return True
            if word in self._theirs:
                if not own:
                    return self._heads.fullmatch("".join(said[number + 1 : number + 2])) is None
            elif word in self._beside:
                continue
            # A verb or person here means that the object stands elsewhere: "readers may copy and share our texts".
            elif word in self._ends or self._whom.fullmatch(word) or word.endswith(_GERUNDS):
                return True
            elif self._others.fullmatch(word) is not None:
                return False
            elif self._goes_before(word, said[number + 1 :], capitals):
                continue
            elif self._is_head(word):
                return not self._are_others(said[number + 1 :])
            else:
                return self._acts.fullmatch(word) is not None or self._names_a_text_too(said[number + 1 :])
        return True

    def _without_places(self, said: list[str]) -> list[str]:
        """Return words without the place of an act ("en otros medios", not "en todo"), up to a manner ("en citant")."""
        kept: list[str] = []
        rest = iter(range(len(said)))
        for number in rest:
            word, after = said[number], said[number + 1 :]
            if word != "en" or self._language not in ("es", "fr") or not _WHOLE.isdisjoint(after[:2]):
                kept.append(word)
                continue
            if after and after[0].endswith("ant"):
                break
            before = takewhile(lambda one: one in self._beside or one in self._theirs, after)
            noun = sum(1 for _ in before) + 1
            # A class or an intranet is not such a place: the permission is limited to it.
            if _MEDIA.isdisjoint(after[noun - 1 : noun]):
                kept.append(word)
                continue
            more = after[noun : noun + 1] and after[noun] in _OF_MEDIA
            for _ in range(noun + bool(more)):
                next(rest, None)
        return kept

    def _names_a_text_too(self, said: list[str]) -> bool:
        """Return whether a text is named together with something else: "videos and articles"."""
        joined = False
        for number, word in enumerate(said):
            if word in _JOINED[self._language]:
                joined = True
            elif word in _SIGNS or word in self._ends:
                return False
            elif joined and self._is_head(word):
                return not self._are_others(said[number + 1 :])
        return False

    def _goes_before(self, word: str, after: list[str], capitals: frozenset[str]) -> bool:
        """Return whether a word stands before the noun: a Polish participle, or a German word without a capital."""
        if self._language == "de":
            # The last of several nouns is the head: "unsere Policy Briefs".
            return word not in capitals or (bool(after) and after[0] in capitals)
        return word.endswith(_ADJECTIVES.get(self._language, ())) and self._heads.fullmatch(word) is None

    def _is_head(self, word: str) -> bool:
        """Return whether a word is a name for a text; the last part of "IHS-Berichte" is."""
        return self._heads.fullmatch(word.rsplit("-", 1)[-1]) is not None

    def _are_others(self, said: list[str]) -> bool:
        """Return whether the words after a work say that it is somebody else's: "of our partners"."""
        for word in said:
            if word in _SIGNS or (word in self._ends and word not in _BEHIND):
                return False
            if self._others.fullmatch(word) is not None:
                return True
        return False


def _is_long(word: str) -> bool:
    """Return whether a phrase for the publisher is more than a pronoun."""
    return len(word.rstrip("*")) > _LONG and "(" not in word


_LONG = 6
_LAST = re.compile(r"[ '’]")
# "All", "each" and "others": words that leave it to the next noun who is meant.
_ALL = re.compile(
    r"alle\w?|jede\w?|andere\w?|tou(?:t|s|te|tes)|chaque|chacun|d'autres|autres?|tod[ao]s?|cada|demas|otr[ao]s?|outr[ao]s?|quaisquer"
    r"|tutt[aei]|ogni|altr[ei]|elke?|iedere?|wszys[ct]\w+|kazd[aey]\w*|inn[aey]\w*|inni|vsichni|vsechn\w+|kazd\w+"
    r"|jin[ie]|ostatni|vsem|wszystkim|все|всем|кажд\w+|люб\w+|друг\w+|усі|всі|кож\w+|інш\w+"
)
_OURS = re.compile(r"unsere?[nr]?|nos|notre|nuestr[ao]s?|nostr[aeio]|noss[ao]s?|onze|ons|nas(?:z\w*|i|e)|наш\w*")
# Readers of the publisher are the public, whosever they are.
_READERS = re.compile(
    r"leser|nutzer|besucher|lecteur|utilisateur|visiteur|internaut|lector|usu?ari|visit|lettor|utent|leitor|leitur|utilizador"
    r"|lezer|gebruiker|bezoeker|czytelni|uzytkowni|ctenar|uzivatel|navstevni|читат|читач|пользоват|посетит|користувач|відвідув"
)
# A duty to cite has an object too: "citing the source". And Polish "publikacje" are works more often than acts.
_NO_ACTS = frozenset(
    {
        "citar",
        "citare",
        "citeren",
        "citovat",
        "цитировать",
        "цитувати",
        "tomar",
        "circular",
        "cytowa*",
        "zacytowac",
        "przytaczac",
        "przytoczyc",
        "cytowani*",
        "publikacj*",
    }
)
# In the plural these are works; in the singular, the act of publishing: "les publications de l'Institut".
_PUBLISHED = r"(?:publications|publikationen|veroffentlichungen|publicaciones)(?!\w)"
_ALONE = re.compile(r"\*?[^\W\d_]+\*?")
_WORD = re.compile(r"[\w/&-]+'?|[,;:.()]")
# An apostrophe stands inside a Ukrainian word, but between two French or Italian words.
_WORDS = {"uk": re.compile(r"[\w/&'-]+|[,;:.()]")}
_SIGNS = frozenset(",;:.()-")
# Words for how much; the object follows them.
_WHOLE = frozenset(
    {"todo", "parte", "total", "totalidad", "integridad", "tout", "partie", "totalite", "entier", "integralite"}
)
# Places where anybody who may reprint a text does so.
_MEDIA = frozenset(
    {"blog", "blogs", "diario", "diarios", "formato", "formatos", "idioma", "idiomas", "ingles", "internet", "langue"}
    | {"ligne", "linea", "medio", "medios", "pagina", "paginas", "papel", "periodico", "periodicos", "plataforma"}
    | {"plataformas", "portal", "portales", "publicacion", "publicaciones", "redes", "revista", "revistas", "sitio"}
    | {"sitios", "soporte", "soportes", "web", "webs", "anglais", "francais"}
)
# Adjectives for media, after the noun.
_OF_MEDIA = frozenset({"digitales", "electronicos", "impresos", "numeriques", "sociales", "sociaux", "web"})
# By language, because the word that joins two works in one language is an article or a preposition in another
# ("liens à nos articles").
_JOINED = {
    "de": frozenset({",", "und", "oder", "sowie"}),
    "pl": frozenset({",", "i", "oraz", "lub"}),
    "fr": frozenset({",", "et", "ou"}),
    "es": frozenset({",", "y", "e", "o", "u"}),
    "pt": frozenset({",", "e", "ou"}),
    "it": frozenset({",", "e", "ed", "o", "od"}),
    "nl": frozenset({",", "en", "of"}),
    "cs": frozenset({",", "a", "i", "nebo", "ci"}),
    "ru": frozenset({",", "и", "или", "а"}),
    "uk": frozenset({",", "і", "и", "та", "або", "чи", "а"}),
}
# Words between a work and its owner.
_BEHIND = frozenset({"von", "der", "des", "od", "de", "du", "del", "d'", "da", "do", "dos", "das", "di", "dei", "van"})
_GERUNDS = ("ando", "endo", "indo")
# In "by all, citing the source", the people are named before this word.
_MANNER = (*_GERUNDS, "ant", "andone", "endone")
# Endings of words between "the" and the noun; folded, so that a short Cyrillic i is a long one.
_ADJECTIVES = {
    "pl": ("owane", "owanych", "zczone", "zczonych", "stepnione", "stepnionych", "ione", "ionych"),
    "cs": ("ych", "eho", "emu", "ymi", "ovane", "ejnene", "istene", "ovanou", "ska", "ske", "skou", "cka", "cke"),
    "ru": ("ых", "их", "ого", "ои", "ую", "юю", "ые", "ыи", "ая", "яя", "ое", "ее", "ыми", "ими"),
    "uk": ("их", "ого", "ои", "ої", "ими", "ии"),
}
# Words before works that say whose they are.
_THEIRS = {
    "de": frozenset({"ihre", "ihren", "ihrer"}),
    "pl": frozenset({"ich", "jego", "jej"}),
    "fr": frozenset({"leur", "leurs"}),
    "es": frozenset({"su", "sus"}),
    "pt": frozenset({"sua", "suas", "seu", "seus"}),
    "it": frozenset({"sua", "sue", "suo", "suoi", "loro"}),
    "nl": frozenset({"haar", "hun"}),
    "cs": frozenset({"jejich", "jeho", "jeji"}),
    "ru": frozenset({"их", "его", "ее"}),
    "uk": frozenset({"їх", "іх", "иого", "її", "іі"}),
}
_LETS = re.compile(
    r"(?<!\w)(?:erlaubt|gestattet|zezwala|pozwala|autorise|permet|permite|autoriza|permette|consente|autorizza|toe"
    r"|povoluje|umoznuje|souhlasi|разрешает|позволяет|дозволяє|надає)(?!\w)"
)
_PLACES = {
    "de": (
        r"(?<!\w)(?:durfen|darf|konnen|kann|durft|konnt) (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:durfen|darf|konnen|kann|ist|sind|stehen) ",
        r"(?:erlaub|gestatt|ermutig|ermunter|lad|bitte)\w*[^,;:.]*, (?P<work>[^,;:.]+?) zu {act}(?!\w)",
        r"(?<!\w){noun} (?:und {noun} )?(?:der|des|von|unserer|unseres|aller|dieser|dieses|samtlicher)"
        r" (?P<work>[^;:.]+)",
    ),
    "pl": (
        r"(?<!\w){act}(?:(?:,| i| lub| oraz) {act})* (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:(?:mozna|wolno) |(?:moga|moze)(?: \w+){{0,2}} byc )",
        r"(?<!\w){noun}(?:(?:,| i| lub| oraz) {noun})* (?P<work>[^;:.]+)",
    ),
    "fr": (
        r"(?<!\w)(?<!les )(?<!le )(?<!la )(?<!l')(?:d')?{act}(?:(?:,| et| ou|, et) (?:de |d'|a )?{act})*"
        r" (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:peut|peuvent|pourra|pourront) (?:\w+ ){{0,2}}etre (?:\w+ ){{0,2}}{done}(?!\w)",
        r"^(?P<work>[^,;:.]+?) (?:est|sont) (?:\w+ )?libres? ",
        r"(?<!\w){noun}(?: (?:et|ou) (?:la |le )?{noun})?(?: (?:partielle|totale|integrale|meme|ou|et|gratuite|libre))*"
        r" (?:de |des |du |d')(?P<work>[^;:.]+)",
    ),
    "es": (
        r"(?<!\w){act}(?:(?:,| y| o| e| u) {act})* (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:puede|pueden|podra|podran) (?:\w+ ){{0,2}}"
        r"(?:ser (?:\w+ ){{0,2}}{done}|\w+[aei]rse)(?!\w)",
        r"(?<!\w){noun}(?: (?:y|o|u|e) (?:la |el )?{noun})?(?: (?:parcial|total|integra|o|y|gratuita|libre))*"
        r" (?:de|del) (?P<work>[^;:.]+)",
    ),
    "pt": (
        r"(?<!\w){act}(?:(?:,| e| ou) {act})* (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:pode|podem|podera|poderao) (?:\w+ ){{0,2}}"
        r"(?:ser (?:\w+ ){{0,2}}{done}|\w+[aei]r-se)(?!\w)",
        r"(?<!\w){noun}(?: (?:e|ou) (?:a |o )?{noun})?(?: (?:parcial|total|integral|ou|e|gratuita|livre))*"
        r" (?:de|do|da|dos|das|deste|desta|destes|destas) (?P<work>[^;:.]+)",
    ),
    "it": (
        r"(?<!\w){act}(?:(?:,| e| o| ed| od) {act})* (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:puo|possono|potra|potranno) (?:\w+ ){{0,2}}(?:essere|venire) (?:\w+ ){{0,2}}{done}"
        r"(?!\w)",
        r"(?<!\w){noun}(?:,? (?:e|o|ed|od)? ?(?:la |il |lo |l')?{noun})?"
        r"(?: (?:parziale|totale|integrale|anche|o|e|gratuita|libera))*"
        r" (?:di |del |dello |della |dei |degli |delle |dell'|d')(?P<work>[^;:.]+)",
    ),
    "nl": (
        r"^(?P<work>[^,;:.]+?) (?:mogen|mag|kunnen|kan) ",
        r"(?<!\w)(?:mag|mogen|kunt|kan|kun|kunnen) (?:je|u|jij|men|iedereen|jullie) (?P<work>[^;:.]+)",
        r"(?<!\w)(?:je|u|jij|men|iedereen|jullie) (?:mag|mogen|kunt|kan|kunnen) (?P<work>[^;:.]+)",
        r"(?<!\w){noun} van (?P<work>[^;:.]+)",
        r"(?:toegestaan|vrij|welkom|uitgenodigd)(?: om)? (?P<work>[^,;:.]+?) {act}(?!\w)",
    ),
    "cs": (
        r"(?<!\w){act}(?:(?:,| a| nebo| ci| i) (?:dale )?{act})* (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:lze|mohou|muze|smi|smeji|smite|muzete|je mozn\w+) ",
        r"(?<!\w){noun}(?:(?:,| a| nebo| ci| i) {noun})* (?P<work>[^;:.]+)",
    ),
    "ru": (
        r"(?<!\w){act}(?:(?:,| и| или) {act})* (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:можно|могут|может|разрешается|разрешено|допускается) ",
        r"(?<!\w)(?<!условии ){noun}(?:(?:,| и| или) (?:\w+ )?{noun})* (?P<work>[^;:.]+)",
    ),
    "uk": (
        r"(?<!\w){act}(?:(?:,| і| и| та| або| чи) {act})* (?P<work>[^;:.]+)",
        r"^(?P<work>[^,;:.]+?) (?:можна|можуть|може|дозволяється|дозволено|допускається) ",
        r"(?<!\w)(?<!умови ){noun}(?:(?:,| і| и| та| або| чи) (?:\w+ )?{noun})* (?P<work>[^;:.]+)",
    ),
}

# "With the source named, anybody may": who may do it stands after the duty.
_CITING_FIRST = (
    r"(?:(?:z|za|po|bez|s|se|pri|с|со|при|без|із|з|за) [^,;:.]{{0,60}}?"
    r"(?:zrodl|autor|zdroj|источник|джерел|автор)\w*,? )?"
)
# Who may do something: after "by" and a passive verb (before it, "by" names who wrote the texts), and as the subject.
_BY: Mapping[str, tuple[str, ...]] = {
    "de": (
        r"(?<!\w)(?:durfen|darf|konnen|kann) (?:[^\s;:.]+ ){{0,8}}?(?<!angabe )(?<!nennung )(?:von|durch)"
        r" (?P<who>(?:[^\s;:.]+ ){{1,9}}?){done} (?:werden|wird)(?!\w)",
        r"(?<!\w)(?:ist|sind|wird|werden) (?P<who>(?:den|dem) [^;:.]+?) (?:erlaubt|gestattet|freigestellt)(?!\w)",
        r"^(?P<who>unsere?\w? [^,;:.]+?) (?:durfen|konnen) ",
    ),
    "fr": (
        r"(?<!\w)etre (?:\w+ ){{0,2}}{done}(?: \w+){{0,3}} par (?P<who>[^;:.]+)",
        r"^(?P<who>[^,;:.]+?) (?:peut|peuvent|pourra|pourront|(?:est|sont) (?:autorise|invite|libre)\w* (?:a|de))"
        r" (?:\w+ ){{0,2}}{act}(?!\w)",
        r"(?<!\w)(?:accorde|autorise|consenti|permis)e?s? (?:a la|a l'|aux?) ?"
        r"(?P<who>(?!condition|fin|seule|titre)[^;:.]+)",
        r"(?:autoris|encourag|invit|permet)\w* (?!de |d'|a )(?P<who>[^,;:.]+?) (?:a|de) (?:\w+ ){{0,2}}{act}(?!\w)",
    ),
    "es": (
        r"(?<!\w)(?:ser (?:\w+ ){{0,2}}{done}|\w+[aei]rse)(?: \w+){{0,3}} por (?P<who>[^;:.]+)",
        r"^(?P<who>(?:los|las|el|la|nuestr[oa]s|tod[oa]s? l[oa]s|cada|otr[oa]s) [^,;:.]+?)"
        r" (?:puede|pueden|podra|podran) (?:\w+ ){{0,2}}{act}(?!\w)",
        r"(?:autori[zc]|permit)\w* (?:al|a (?:los|las|la|el)) (?P<who>[^;:.]+)",
        r"(?:anim|autori[zc]|invit|permit)\w* a (?P<who>[^,;:.]+?) a (?:\w+ ){{0,2}}{act}(?!\w)",
    ),
    "it": (
        r"(?<!\w)(?:essere|venire) (?:\w+ ){{0,2}}{done}(?: \w+){{0,3}} (?:da|dai|dagli|dal|dalla|dalle|dall') ?"
        r"(?P<who>[^;:.]+)",
        r"^(?P<who>(?:i|gli|le|il|lo|la|l'|tutt[ei] (?:i|gli|le)|ogni|altr[ei])(?:(?<=')| )[^,;:.]+?)"
        r" (?:puo|possono|potra|potranno) (?:\w+ ){{0,2}}{act}(?!\w)",
        r"(?:autorizzat|consentit|permess)\w (?:ai|agli|alle|al|alla|allo|all') ?(?P<who>(?!condizion|seguent)[^;:.]+)",
        r"(?:autorizz|incoragg|invit)\w* (?P<who>[^,;:.]+?) a (?:\w+ ){{0,2}}{act}(?!\w)",
    ),
    "pt": (
        r"(?<!\w)(?:ser (?:\w+ ){{0,2}}{done}|\w+[aei]r-se)(?: \w+){{0,3}} (?:por|pelo|pela|pelos|pelas)"
        r" (?P<who>[^;:.]+)",
        r"^(?P<who>(?:os|as|o|a|tod[oa]s [oa]s|cada|outr[oa]s) [^,;:.]+?) (?:pode|podem|podera|poderao)"
        r" (?:\w+ ){{0,2}}{act}(?!\w)",
        r"(?:autorizad|permitid)\w (?:aos?|as) (?P<who>(?!condic|seguint)[^;:.]+)",
        r"(?:autoriz|convid|incentiv)\w* (?P<who>[^,;:.]+?) a (?:\w+ ){{0,2}}{act}(?!\w)",
    ),
    "nl": (
        r"(?<!\w)(?:mogen|mag|kunnen|kan) (?:[^\s;:.]+ ){{0,8}}?door (?P<who>[^;:.]+)",
        r"(?<!\w)(?:toegestaan|vrij) aan (?P<who>[^;:.]+)",
        r"^(?P<who>[^,;:.]+?) is het (?:toegestaan|vrij)",
        r"^(?P<who>onze [^,;:.]+?) (?:mogen|kunnen) ",
        r"^(?:met|mits|onder|zonder) [^,;:.]{{3,60}}? (?:mogen|mag|kunnen|kan) (?P<who>[^;:.]+)",
    ),
    "pl": (
        r"(?<!\w)(?:mozna|wolno|moga|moze) (?:[^\s;:.]+ ){{0,6}}?przez (?P<who>[^;:.]+)",
        rf"^{_CITING_FIRST}(?P<who>[^,;:.]+?) (?:moga|moze) (?:\w+ ){{{{0,2}}}}(?!byc |zostac )\w+c(?!\w)",
        r"(?<!\w)(?:dozwolon|pozwala|udziela|zezwala)\w* (?P<who>\w+om)(?!\w)",
        r"^(?P<who>\w+om) (?:wolno|zezwala|pozwala)",
        r"(?<!\w)(?:aby|zeby|by) (?P<who>[^,;:.]+?) (?:mogl[iy]|\w+l[iy])(?!\w)",
    ),
    "cs": (
        r"^(?P<who>\w+(?:am|em|im|um)) (?:dovoluj|povoluj|umoznuj)",
        r"(?<!\w)(?:je|jsou) (?P<who>\w+(?:am|em|im|um)) (?:povolen|dovolen)",
        rf"^{_CITING_FIRST}(?P<who>[^,;:.]+?) (?:mohou|muze|smeji|smi) (?:\w+ ){{{{0,5}}}}{{act}}(?!\w)",
        r"(?<!\w)(?:mohou|smeji) (?!byt )(?P<who>[^,;:.]+?) {act}(?!\w)",
    ),
    "ru": (
        rf"^{_CITING_FIRST}(?P<who>[^,;:.]+?) (?:могут|может) (?!быть )(?:\w+ ){{{{0,2}}}}{{act}}(?!\w)",
        r"(?<!\w)(?:позвол|разреш)\w+ (?P<who>\w+[ая]м)(?!\w)",
        r"^(?P<who>\w+[ая]м) (?:позвол|разреш)",
    ),
    "uk": (
        rf"^{_CITING_FIRST}(?P<who>[^,;:.]+?) (?:можуть|може) (?!бути )(?:\w+ ){{{{0,2}}}}{{act}}(?!\w)",
        r"(?<!\w)дозвол\w+ (?P<who>\w+[ая]м)(?!\w)",
        r"^(?P<who>\w+[ая]м) дозвол",
    ),
}


@cache
def _grammar(language: str) -> _Grammar:
    return _Grammar(language)
