"""Given names: common ones of some thirty languages, by which a line that nothing else marks is known for a
person's."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LATIN = """
aaron abdel abdul abdullah abigail achim adaeze adam adel adrian adriana agata agnes agnieszka ahmed ahmet aicha
ainhoa aino aisha aisling ajay akash akira akos alain alan alasdair alastair albert alberto aldo alejandra alejandro
aleksandar aleksander aleksandra aleksei aleksi alena alessandra alessandro alex alexander alexandra alexandre alexei
alexey alexis alfonso alfred alfredo ali alice alicia alicja alina alison alistair allison alois alok amaia amal
amanda amara amelia amelie amina amir amit amr amy ana anand anders andras andre andrea andreas andrei andrej andres
andrew andrij andriy andrzej andy aneta angela angelika angelo angus anil anita anja anjali anke ankit anna annalisa
anne annegret anneke annette annika anselm ansgar anthony antje antoine anton antoni antonia antonio antti anu arjun
armin arnaud arndt arne arnold arthur artur arturo arun arvind asha ashley ashok ashraf astrid audrey aurelie aurelien
axel ayesha ayman ayse aziz balazs baptiste barbara barry bart bartlomiej bartosz bashar basil bastian beata beate
beatrice beatriz bedrich begona ben benedikt benjamin benoit bernard bernd bernhard bertrand beth bettina bharat bilal
birgit birgitte bjorn blanca blanka bodil bogdan bogdana boguslaw bohumil bohuslav boris bozena brad bradley bram
brandon brenda brendan brian bridget brita britta bronislaw bronwyn bruce bruno bryan burkhard burkhart callum camille
carl carla carles carlo carlos carmen carol carola caroline carolyn carsten catarina caterina catherine cathy cecile
cecilia cedric celia cerys cesar cezary chad chantal charles chiara chidi chinua chloe chris christa christel
christiane christina christine christof christoph christophe christopher claire clara clare clarissa claude claudia
claudio claus clemens clive colette colin colm connie conor conrad consuelo cordula corinna cormac cornelia cosmin
costin craig cristian cristina csaba cynthia cyril czeslaw daan dacian dagfinn dagmar dalia dalibor damian damien dan
dana daniel daniela daniele danielle danuta daria dariusz dave david davide dawid deborah debra declan deepa deepak
deirdre denis denise dennis derek dermot desmond detlef detlev diana diane dick diego dieter dietmar dimitri dina
dinesh dirk divya dmitri dmitry dobrochna doina dominic dominik dominika dominique donald donatella donna dora doris
dorota dorothea dorothy doug douglas dragos drahomira duncan dylan eamon ebba eberhard eckart edgar edith edmund
eduard eduardo edward edwin eero eeva egon eileen eirik eivind ekaterina elaine eleanor elena eleonora eli elif elina
elisa elisabeth elise eliska eliza elizabeth elke ella ellen elmar elodie elsa elzbieta emanuele emeka emil emilia
emilian emily emma emmanuel emmanuelle encarnacion enrico enrique eoin eric erica erich erik erika erin ernest ernst
erwin eryk espen estefania esther eszter ethan etienne ettore eugene eugenia eugeniusz eva eve evelin evelyn ewa
ezequiel fabian fabio fabrice facundo fadi falk farah fatima fatma federica federico felicia felix femke ferdinand
fergus fernanda fernando filip filippo finbar fiona flavio florian floris folake fouad frances francesca francesco
francis francisco franck francois francoise frank frantisek franz fred frederic frederick frederik frieda friederike
friedhelm friedrich fritz frode gabor gabriel gabriela gabriele gabriella gaelle gaetano gareth gary gaurav gavin
geert geir gemma gennaro geoff geoffrey george georges geraint gerald gerard gerd gerhard gernot gert gesine geza
ghassan gheorghe giacomo gianluca gianni gijs gilbert gilles gillian gina ginevra giorgio giovanni gisela gita giulia
giulietta giulio giuseppe gloria gonzalo gopal gordon graham grazyna greg gregor gregory greta gro grzegorz gudrun
guido guillaume guillermo gundula gunhild gunnar gunter gunther gustav gustavo gustaw gwen gwenaelle gyorgy habib hadi
hakan hakon hala halina halvor hamish hamza hana hanan hanna hannah hanneke hannes hanno hans harald harish harold
harry hartmut hartwig haruki hassan hatem heather hector hedwig hege heidi heike heikki heiko heiner heinrich heinz
helen helena helene helga helmi helmut hendrik henri henrik henrike henry herbert heribert hermann hilary hilde hiroko
hiroshi hisham hoda holger holly horia horst howard hubert huda hugh hugo huong hussein hyun iain ian ibrahim ida
ifeoma ignacio ignacy igor ihab iker ilaria ildiko ilinca ilja ilkka ilona ilse imad imke imogen imre indira ines inge
ingeborg ingo ingrid ingvild inigo inmaculada ioana ion ionut irena irene irina irmgard irmina isabel isabela isabella
isabelle isla isolde istvan itziar iulia ivan ivana ivano ivo iwona izabela jaakko jaan jaap jacek jacinta jackie
jacob jacqueline jacques jadwiga jaime jakob jakub jamal james jamie jamila jan jana jane janet janina janine janusz
jari jaromir jaroslav jaroslaw jason javier jay jaya jean jedrzej jeff jeffrey jelena jemima jen jennifer jenny jens
jeremy jeroen jerome jerry jerzy jessica jiho jill jim jindrich jiri jisoo jitka joachim joan joana joanna joanne joao
joaquin joaquina jochem jochen jodi joe joel joerg johan johanna johannes john johnny jolanta jonas jonathan joost
jordi jorg jorge joris jorunn jose josef josep joseph josephine josh joshua jost jozsef juan juana judit judith judy
juergen juha jukka julia julian juliana juliane julie julien juliet julika julio julius jurgen justin justine justyna
jutta kacper kai kaisa kaja kalina kalle kamil kamila kaori karan karel karen kari karim karima karin karina karl
karla karol karola karolina karsten kasia katarina katarzyna kate katerina katharina katherine kathleen kathrin
kathryn kathy kati katie katja katrin kavita kay kazimierz kazuo keiko keir keith kelly ken kenji kenneth kerstin
ketil kevin khaled khalid khalil kieran kim kinga kiran kirsi kirsten kirsty kishore klara klaudia klaus klausjurgen
knut koen kofi konrad konstantin kordian kornelia kristen kristian kristin kristina kristine kristof kristoffer
krystian krystyna krzysztof ksawery kumar kurt kveta kwame kyle lachlan laila lajos lakshmi lamia lara larry lars
laszlo lata laura lauren laurence laurent lauri layla lea leah lech lechoslaw lee leena leila lena lenka leo leon
leonard leonardo leonid leonie lerato leslie leszek levente liam libor lidia lieke lieselotte liisa lilian liliana
lina linda lindsay linnea lisa liv liviu liz lluis logan loredana lorella lorenz lorenzo lorna lothar louis louise
lovisa lubomir lubos luc luca lucas lucia lucian luciano lucie lucien lucy lucyna ludek ludmila ludovica ludwig ludwik
luigi luis luisa luise lukas lukasz luke lutz lydia lynn maarten maciej madeleine maeve magda magdalena magne magnus
mahdi mahesh mahmoud maik mairead maite maja majed makoto malachy malak malcolm malek malgorzata manfred manish manlio
manoj mansour manuel manuela mara marc marcel marcelina marcelle marcello marcin marco marcos marcus mareike marek
margaret margarita margherita margot maria marian mariana marianne marie marieke marijke marika marina mario marion
marisa marit marius mariusz marjorie marketa markku marko markus marlena marlene marlies marta martha marthe martin
martina marton martyna marwa marwan mary maryam maryla masato massimo mateusz mathias mathieu mathilde mathis matilde
mats matt matteo matthew matthias matthieu matti mattia matyas maureen maurice mauricio maurizio maxim maxime
maximilian mayumi mechthild meena meera megan mehmet meike melanie melissa meredith merle mette mia michael michaela
michal michel michele michelle michiko mieczyslaw miguel mihaela mihai mikael mike mikhail mikko miklos mikolaj milada
milan milena miles milos miloslav milosz minsoo miquel miranda mircea mirella mirko miroslav miroslava miroslaw mitch
mohamed mohammad mohammed mohan moira molly mona monica monika monique montserrat morag morgane moritz morten mounir
muhammad mukesh murat mustafa mustapha mykola myriam nabil nada nadia nadim nadine nadja naji nancy nanna naoki naomi
naresh nasser natalia natalie nataliya natasha natasza nathalie nathan nawal neha neil nele nelly ngozi niall niamh
nicholas nick nicola nicolas nicole nicoleta nicoletta nicolo niek niels nigel nikhil nikodem nikola nikolai nikolaus
nikos nils nina nino nisha nizar nneka noah noel noor nora norbert noriko noura nuala nuria obinna octavian odd oddvar
odile oksana ola olaf oldrich ole oleg oleksandr oleksandra olena olga olgierd oliver olivia olivier oliwia olli omar
omer ondrej orla ornella orsolya osama oscar oskar osman otakar otmar ottavia ottmar otto ovidiu owen oystein paavo
pablo padraig paloma pamela pankaj paola paolo parth pascal pasi pasquale patrice patricia patrick patrizia patrizio
patrycja patryk paul paula paulina pauline paulo pavel pavla pawel pedro peggy pekka penelope per perry pertti petar
peter petr petra petros petter petteri phil philip philipp philippa philippe phillip phyllis pia piero pierre piet
pieter pilar piotr pirkko pooja poppy pradeep pranav prasad prem priya przemyslaw rachel radek radha radim radka
radoslav radoslaw radovan rafael rafal raffaele raffaella ragnar rahul rainer raj rajesh rakesh ralf ralph raluca rami
ramon ramona rana randall randy rania raphael raquel rasha rashid raul ravi raymond razvan rebecca reem regina reiner
reinhard reka rekha remi remigiusz renata renate rene rhys ricardo riccardo richard rick riikka riitta rima rita ritu
rob robert roberta roberto robin roch rocio rodrigo roger rohan rohit roksana roland rolf romain roman romana ronald
ronan rory rosa rosalind rosario rosemary ross rostislav roswitha rowan roxana roy ruben rudiger rudolf rui rune
rupert ruprecht ruslan russell ruth ryan ryszard ryszarda sabah sabina sabine sabrina sachiko sahar salah salem salim
sally salma salvatore sam samantha samer sami samir samira samuel samuele sana sander sandor sandra sanjay sanjeev
sanna saoirse sapna sara sarah sarka saskia satoshi satu scott seamus sean sebastian sebastien selina selma seoyeon
seppo serena serge sergei sergey sergio serhiy severin seweryn seyma shadi shalini shane shannon sharif sharon shaun
sheila sherif shirley shreya shyam siegfried sigmar sigrid sigrun silja silke silvia simon simona simone sinead
siobhan sipho siri sissel sjoerd slawomir slawomira slobodan sofia sofie soha solene solvei solveig sonal sonia sonja
sophia sophie soren sorin srdjan srinivas stacy stanislav stanislava stanislaw stefan stefania stefanie stefano
steffen steffi stella sten stephan stephane stephanie stephen steve steven stewart stig stuart subhash suha suleiman
suman sunil suresh susan susana susanna susanne sushma suzanne svatopluk sven svenja sverre svetlana swantje sylvain
sylvia sylvie sylwester sylwia szabolcs szymon tadeusz takashi takeshi tamara tamas tamer tamsin tania tanja tanvi
tapio tara taras tarek tariq tarja tarjei tatiana ted teemu teodora teofil terence teresa teresia tereza terry tess
thabo thea theodor theresa therese thierry thilo thomas thoralf thorsten thuy tiago tiberiu tibor tijs till tilman tim
timo timothy tina tiziana tobias todd tom tomas tomasz tommaso tommy toni tony torben torbjorn tore torstein torsten
toshio tracy traian travis trevor trisha tristan trond trude tunde tuomas tuula tymon tymoteusz udo ugo ulf uli ulla
ulrich ulrike uma umberto unni ursel ursula urszula usha uta ute uwe vaclav valentin valentina valeria valerie valerio
vanessa vasile veit vendula vera verena veronica veronika veronique vicente victor vidar vijay vikas vikram viktor
viktoria vilho ville vinay vincent vincenzo vinod viola viorel virginie vit vitali vitaliy vittoria vittorio vivek
vivian viviane vivien vladimir vladimira vladislav vlasta vojtech volker volodymyr wael waldemar walid walter wanda
wanjiru wassim wendy werner weronika wiebke wieslaw wieslawa wiktor wiktoria wilfried wilhelm willem william wilma
wincenty winifred wioletta witold wlodzimierz wojciech wolf wolfgang wolfram wouter xavi xavier yahya yann yannick
yannis yara yasmin yasser yaw yoko yolanda yoshiko yousef youssef youssra yuki yumi yuri yuriy yusuf yves yvette
yvonne zachary zainab zaki zbigniew zbynek zdenek zdenka zdzislaw zeina zenobia zenon zeynep zoe zofia zola zoltan
zora zsofia zsolt zsuzsa zuzana zuzanna zygmunt zyta
adela adelajda adina aivars albin aldona aleksandrs aleksy ales alexandru alfons algirdas aliaksandr alkis alojzy
amadeusz anahit anastasios anastazja anatol anatolii anca andjela andreea andrii andris andrius angelos ania aniela
anneli antonina antonis apolonia apoloniusz apostolos aram ariadna arkadiusz armen arsen arturs arunas ashot asia
attila audrius august augustyn aylin balbina balint barbora baris bartek basia bela benedek beniamin berk bernadeta
bernadetta blazej bogumil bogumila boguslawa bohdan bojan boleslaw bonifacy botond boyko bozenna branislav
bronislawa burak calin camelia catalin celina cem christos ciprian constantin cornel crina dace dagmara daiga damazy
danylo darius davit dejan denes deniz denys dimitar dimitra dimitrios dimitris dmytro dobieslaw dobroslawa donata
dorian dorottya dovile dragana dumitru dusan dzmitry ebru edgars edyta egils egle eleni eligiusz emre eniko erdem
ernestyna eryka erzsebet esra evangelos evi ewaryst ewelina fabiola faustyna felicja feliks ferdynand ferenc
filomena florin fotini franciszek franciszka fryderyk gabija galina gayane gediminas genowefa georgi georgios
gergely gertruda giannis gintaras giorgi giorgos girts gniewomir gokhan goran gosia gracjan gulsen guntis gyula
halyna hatice henryka hieronim honorata horatiu hovhannes hristo huseyin iasonas idzi ihar ihor ileana iliyana
indrek inese ioannis irakli ireneusz iryna iulian ivars ivaylo iwo izydor janis janos jaroslawa jeremi jovana jozef
jozefa julianna julita jurga juris justyn kadri kajetan kalman karoly katalin kateryna katsiaryna kazimiera kemal
kersti kestutis ketevan kiril klemens klementyna konstancja konstantinos konstanty kornel korneliusz kostas
kristijan kristyna krisztian krisztina krzesimir ksenia kyriakos ladislav lasha laurentiu leokadia leopold leslaw
levan lilla linas liudmyla longin lucja lucjan ludwika luka luminita lyubomir lyudmyla madalina maksym maksymilian
malwina mantas mariam marija mariola martins maryia maryna marzena marzenna mate matej matylda maurycy meelis merve
mieczyslawa mihaly mihkel milica mindaugas miodrag mirjana miron miroslawa mladen mykhailo mykhaylo nadiia narek
nataliia nebojsa nemanja nenad nikolaos nikolay nilufer normunds ognyan oktawia oleh oleksii oleksiy olha oliwier
onur ostap otylia ozge ozgur panagiotis panos pavlo petro petya piret piroska plamen premysl priit przemek radomil
radoslava radu raimonds riina rimantas romuald rozalia rumen salomea sanja sasa saulius selin sergiusz serhii serkan
sewer siarhei siim silvie sinan slavica sona spyros stanislawa stavros stepan stoyan svitlana szczepan szilard taavi
tarmo tatjana tatsiana teodor tetiana tetyana thanasis theodora theodoros tigran timea tobiasz tolga tomek tomislav
toomas tsvetan tudor ugur uladzimir uldis urmas vadym vaidotas vakhtang valdis valerii vasil vasiliki vasilis vasyl
veselin vesna viktoriia vilmos vira vitalii vlad volha vuk vytautas waclaw waclawa walenty walentyna wladyslaw
wladyslawa wojtek yana yaroslav yasemin yevhen yiannis yordan yulia yuliia yurii zane zaneta zdravko zdzislawa
zeljko zita zlatko zoran zsuzsanna zurab zygimantas
"""
_CYRILLIC = """
соломія данило лісана оксана вадим олесь олеся орест зоряна назар іванна степан лілія ростислав лариса надія леся лев
гліб аліна діана мар'яна василь пилип артем ілля тамара раїса зінаїда жанна эльвира эдуард тимур ренат рустам эмма инна
александр александра алексей алена ана анастасия анастасія анатолий андрей андрій анна антон артем богдан борис бојан
бранко вадим валентин валерий василий вера виктор виктория виталий владимир владислав володимир вячеслав віктор
вікторія віталій галина георгий горан григорий дарья денис дмитрий дмитро драган евгений евгения екатерина елена зоран
иван иванка игорь ирина катерина кирилл константин ксения ксенія лариса леонид людмила максим марина мария марко марта
марія микола милан милица милош михаил михайло наталия наталья наталія небојша ненад никола николай оксана олег
олександр олександра олексій олена ольга остап павел петар петр петро роман светлана сергей сергій соломія станислав
степан стефан тарас татьяна тетяна тодор юлия юлія юрий юрій яна ярослав євген ігор ірина јелена јован
"""


_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "a"})


@lru_cache(maxsize=16384)
def _folded(name: str) -> str:
    if name.isascii():
        return name.lower()
    kept = (c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return "".join(kept).translate(_STROKES)


_KNOWN = frozenset(_folded(name) for name in (_LATIN + _CYRILLIC).split())
_WORDS = re.compile(r"[^\W\d_]+")


def known(name: str) -> bool:
    """Say whether *name* begins with a common given name, whatever marks its letters carry; either half of a double
    name will do.
    """
    first = name.split(maxsplit=1)[0] if name.strip() else ""
    return among(first)


def among(words: str) -> bool:
    """Say whether a common given name is among *words*, with a capital."""
    return any(word[0].isupper() and _folded(word) in _KNOWN for word in _WORDS.findall(words))
