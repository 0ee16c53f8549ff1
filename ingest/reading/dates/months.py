"""Months: names and short forms of the months, as pages print them in many languages."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_NAMES = {
    1: "january jan januar jänner jän stycznia styczeń sty janvier janv enero ene gennaio gen janeiro januari "
    "ledna leden január januára januarja januara siječnja siječanj ianuarie ian jaanuar jaan janvāris janvārī "
    "sausio sausis tammikuuta tammikuu tammi janúar gener janar ocak oca yanvar січня січень січ январь января "
    "янв януари јануар јануара јануари студзеня студзень ιανουαρίου ιανουάριος ιαν يناير ינואר בינואר जनवरी "
    "იანვარი հունվարի januarie "
    "ionawr eanáir urtarrilaren қаңтар xaneiro januwari schaner januaria ينايير جانفي ژانویه جنوری জানুয়ারি "
    "জানুয়ারী ஜனவரி జనవరి იანვარს იან январи",
    2: "february feb februar februari lutego luty lut février févr fév febrero febbraio febb fevereiro fev února "
    "únor február februára februarja februara veljače veljača februarie veebruar veebr februāris februārī "
    "vasario vasaris helmikuuta helmikuu helmi febrúar febrer shkurt şubat şub fevral лютого лютий лют февраля "
    "февраль фев февр февруари фебруар фебруара лютага люты φεβρουαρίου φεβρουάριος φεβ فبراير פברואר בפברואר "
    "फरवरी თებერვალი փետրվարի febr "
    "chwefror feabhra otsailaren ақпан febreiro pebrero favrer شباط فيفري فوریه فروری ফেব্রুয়ারি ফেব্রুয়ারী "
    "பிப்ரவரி ఫిబ్రవరి თებერვალს თებ феврали",
    3: "march mar mars märz mrz maerz marca marzec marzo março maart mrt března březen marec marta ožujka ožujak "
    "martie märts marts martā kovo kovas maaliskuuta maaliskuu maalis març mart березня березень бер марта март "
    "мар сакавіка сакавік μαρτίου μάρτιος μαρ مارس מרץ במרץ मार्च მარტი մարտի március márc maret "
    "mac mawrth márta martxoaren наурыз marso machi mäerz آذار مارچ মার্চ மார்ச் మార్చి მარტს მარ марти",
    4: "april apr kwietnia kwiecień kwi avril avr abril abr aprile dubna duben apríla apríl aprila travnja travanj "
    "aprilie aprill aprīlis aprīlī balandžio balandis huhtikuuta huhtikuu huhti prill nisan nis aprel квітня "
    "квітень кві апреля апрель апр април априла красавіка красавік απριλίου απρίλιος απρ أبريل ابريل אפריל "
    "באפריל अप्रैल აპრილი ապրիլի április ápr "
    "ebrill aibreán apirilaren сәуір aprili abrëll avrigl نيسان أفريل آوریل اپریل এপ্রিল ஏப்ரல் ఏప్రిల్ აპრილს "
    "აპრ апрели",
    5: "may mai maja maj mayo maggio mag maio mei května květen mája máj svibnja svibanj maijs maijā gegužės "
    "gegužė toukokuuta toukokuu touko maí maig mayıs травня травень тра мая май мај маја траўня μαΐου μαΐος "
    "μάιος μαι مايو מאי במאי मई მაისი մայիսի május "
    "bealtaine maiatzaren мамыр mee matg أيار ايار ماي مه مئی মে மே మే მაისს майи",
    6: "june jun juni czerwca czerwiec cze juin junio giugno giu junho června červen júna jún junija juna lipnja "
    "lipanj iunie juuni jūnijs jūnijā birželio birželis kesäkuuta kesäkuu kesä júní juny qershor haziran haz "
    "iyun червня червень чер июня июнь июн юни јун јуна јуни чэрвеня чэрвень ιουνίου ιούνιος ιουν يونيو יוני "
    "ביוני जून ივნისი հունիսի június junie "
    "mehefin meitheamh ekainaren маусым xuño hunyo zercladur حزيران جوان ژوئن جون জুন ஜூன் జూన్ ივნისს ივნ июни",
    7: "july jul juli lipca lipiec lip juillet juil julio luglio lug julho července červenec júla júl julija jula "
    "srpnja srpanj iulie juuli jūlijs jūlijā liepos liepa heinäkuuta heinäkuu heinä júlí juliol korrik temmuz "
    "tem iyul липня липень лип июля июль июл юли јул јула јули ліпеня ліпень ιουλίου ιούλιος ιουλ يوليو יולי "
    "ביולי जुलाई ივლისი հուլիսի július julie "
    "gorffennaf iúil uztailaren шілде xullo hulyo julai fanadur تموز جويلية يوليوز ژوئیه ژوئيه جولائی জুলাই ஜூலை "
    "జూలై ივლისს ივლ июли",
    8: "august aug sierpnia sierpień sie août aout agosto ago augustus augusti srpna srpen augusta avgusta avgust "
    "kolovoza kolovoz augusts augustā rugpjūčio rugpjūtis elokuuta elokuu elo ágúst agost gusht ağustos ağu "
    "avqust серпня серпень сер августа август авг жніўня жнівень αυγούστου αύγουστος αυγ أغسطس אוגוסט באוגוסט "
    "अगस्त აგვისტო օգոստոսի augusztus agustus "
    "ogos awst lúnasa abuztuaren тамыз agosti avust آب أوت اوت غشت اگست আগস্ট ஆகஸ்ட் ఆగస్టు აგვისტოს აგვ августи",
    9: "september sep sept septembre septiembre setiembre settembre sett set setembro września wrzesień wrz září "
    "septembra rujna rujan septembrie septembris septembrī rugsėjo rugsėjis syyskuuta syyskuu syys setembre "
    "shtator eylül eyl sentyabr вересня вересень вер сентября сентябрь сен сент септември септембра септембар "
    "верасня верасень σεπτεμβρίου σεπτέμβριος σεπ سبتمبر ספטמבר בספטמבר सितंबर სექტემბერი սեպտեմբերի szeptember "
    "szept "
    "medi irailaren қыркүйек septemba setyembre settember أيلول ايلول شتنبر سپتامبر ستمبر সেপ্টেম্বর செப்டம்பர் "
    "సెప్టెంబర్ სექტემბერს სექ",
    10: "october oct oktober okt października październik paź octobre octubre ottobre ott outubro out října říjen "
    "októbra október oktobra octombrie oktoober oktobris oktobrī spalio spalis lokakuuta lokakuu loka tetor "
    "ekim eki oktyabr жовтня жовтень жов октября октябрь окт октомври октобра октобар кастрычніка кастрычнік "
    "οκτωβρίου οκτώβριος οκτ أكتوبر אוקטובר באוקטובר अक्टूबर ოქტომბერი հոկտեմբերի "
    "hydref urriaren қазан oktoba oktubre اكتوبر اکتبر اکتوبر অক্টোবর அக்டோபர் అక్టోబర్ ოქტომბერს ოქტ अक्तूबर",
    11: "november nov listopada listopad lis novembre noviembre novembro listopadu novembra studenoga studenog "
    "studeni noiembrie novembris novembrī lapkričio lapkritis marraskuuta marraskuu marras nóvember nëntor "
    "kasım kas noyabr листопада листопад лис ноября ноябрь ноя нояб ноември новембра новембар лістапада "
    "лістапад νοεμβρίου νοέμβριος νοε نوفمبر נובמבר בנובמבר नवंबर ნოემბერი նոյեմբերի "
    "tachwedd samhain azaroaren қараша novemba nobyembre نونبر نوامبر نومبر নভেম্বর நவம்பர் నవంబర్ ნოემბერს ნოე "
    "नवम्बर",
    12: "december dec dezember dez grudnia grudzień gru décembre déc diciembre dic dicembre dezembro prosince "
    "prosinec decembra prosinca prosinac decembrie detsember dets decembris decembrī gruodžio gruodis "
    "joulukuuta joulukuu joulu desember des desembre dhjetor aralık ara dekabr грудня грудень гру декабря "
    "декабрь дек декември децембра децембар снежня снежань δεκεμβρίου δεκέμβριος δεκ ديسمبر דצמבר בדצמבר दिसंबर "
    "დეკემბერი դեկտեմբերի "
    "disember rhagfyr nollaig abenduaren желтоқсан desemba disyembre دجنبر دسامبر دسمبر ডিসেম্বর டிசம்பர் "
    "డిసెంబర్ დეკემბერს დეკ दिसम्बर",
}


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


# Month names of two words.
_LEVANT = (("كانون الثاني", 1), ("تشرين الأول", 10), ("تشرين الثاني", 11), ("كانون الأول", 12))
_MONTHS = {word: number for number, words in _NAMES.items() for word in words.split()} | dict(_LEVANT)
# The names also without accents, as some people write them.
_PLAIN = {_unaccented(word): number for word, number in _MONTHS.items()} | _MONTHS


@lru_cache(maxsize=4096)  # called for any word before a number
def month(word: str) -> int | None:
    """Return the month, 1 to 12, that *word* names in any of the languages, or None."""
    lowered = word.lower()
    return _MONTHS.get(lowered) or _PLAIN.get(_unaccented(lowered))
