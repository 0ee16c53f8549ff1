"""Given names: common ones of some thirty languages, by which a line that nothing else marks is known for a
person's."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LATIN = """
aaron abdul abdullah abigail achim adam adrian adriana agata agnes agnieszka ahmed ahmet aino aisha akira alain alan
albert alberto aldo alejandra alejandro aleksandar aleksander aleksandra aleksei alena alessandra alessandro alex
alexander alexandra alexandre alexei alexey alexis alfonso alfred alfredo ali alice alicia alicja alina alison allison
amanda amelia amina amir amit amy ana anders andre andrea andreas andrei andrej andres andrew andrij andriy andrzej
andy aneta angela angelika angelo anita anja anna annalisa anne annette annika ansgar anthony antoine anton antoni
antonia antonio anu arjun armin arnaud arne arnold arthur artur arturo ashley astrid audrey axel ayesha ayse barbara
barry bart bartlomiej bartosz basil bastian beata beate beatrice beatriz ben benedikt benjamin bernard bernd bernhard
bertrand beth bettina birgit birgitte bjorn blanca bogdan boguslaw boris bozena brad bradley brandon brenda brian
bridget britta bruce bruno bryan burkhard camille carl carla carles carlo carlos carmen carol caroline carolyn carsten
catarina caterina catherine cathy cecile cecilia cedric celia cesar cezary chad chantal charles chiara chloe chris
christa christel christiane christina christine christof christoph christophe christopher claire clara clare claude
claudia claudio claus clemens colin connie conrad corinna cornelia craig cristian cristina cynthia cyril czeslaw
dagmar damian damien dan dana daniel daniela daniele danielle danuta daria dariusz dave david davide dawid deborah
debra denis denise dennis derek desmond diana diane dick diego dieter dietmar dimitri dirk dmitri dmitry dominic
dominik dominika dominique donald donna dora doris dorota dorothea dorothy doug douglas duncan dylan ebba eckart edgar
edith edmund eduard eduardo edward edwin eero egon eileen ekaterina elaine elena eleonora eli elif elina elisa
elisabeth elise eliza elizabeth ella ellen elsa elzbieta emil emilia emily emma emmanuel emmanuelle enrico enrique
eric erica erich erik erika erin ernest ernst erwin esther ethan eugene eugenia eva eve evelyn ewa fabian fabio
fabrice fatima federica federico felicia felix ferdinand fernanda fernando filip filippo fiona florian frances
francesca francesco francis francisco franck francois francoise frank franz fred frederic frederick frederik frieda
friedrich fritz gabriel gabriela gabriele gabriella gary gavin gemma geoff geoffrey george georges gerald gerard gerd
gerhard gernot gert giacomo gianluca gianni gilbert gilles gillian gina giorgio giovanni giulia giulio giuseppe gloria
gordon graham grazyna greg gregor gregory greta grzegorz guido guillaume guillermo gunnar gunter gunther gustav
gustavo hakan halina hanna hannah hannes hans harald harold harry hartmut hassan heather hector heidi heike heiko
heiner heinrich heinz helen helena helene helga helmut hendrik henri henrik henrike henry herbert hermann hilary hilde
hiroshi holger holly horst howard hubert hugh hugo hussein ian ibrahim ida ignacio igor ilaria ilona ilse imke ines
ingo ingrid ioana ion irena irene irina isabel isabela isabella isabelle istvan ivan ivana ivo iwona izabela jaan jaap
jacek jackie jacob jacqueline jacques jaime jakob jakub james jamie jan jana jane janet janina janine janusz jaroslav
jaroslaw jason javier jay jean jeff jeffrey jelena jen jennifer jenny jens jeremy jerome jerry jerzy jessica jill jim
jiri joachim joan joana joanna joanne joao joaquin jochen jodi joe joel joerg johan johanna johannes john johnny jonas
jonathan jordi jorg jorge jose josef joseph josephine josh joshua juan juana judith judy juergen julia julian juliana
juliane julie julien juliet julio julius jurgen justin justine justyna jutta kai kaja kamil kamila karel karen karim
karin karina karl karla karol karolina karsten kasia katarina katarzyna kate katerina katharina katherine kathleen
kathrin kathryn kathy katie katja katrin kay kazimierz keith kelly ken kenneth kerstin kevin khaled kim kinga kirsten
kirsty klara klaus konrad konstantin kornelia kristen kristian kristin kristina kristine kristof krystian krystyna
krzysztof kurt kyle lara larry lars laszlo laura lauren laurence laurent lea leah lech lee lena leo leon leonard
leonardo leonid leonie leslie leszek liam lidia lilian liliana lina linda lindsay lisa liz lluis logan lorenzo lothar
louis louise luc luca lucas lucia lucie lucy ludmila ludwig luigi luis luisa lukas lukasz luke lutz lydia lynn maciej
madeleine magda magdalena magnus mahmoud maik maja malcolm malgorzata manfred manuel manuela mara marc marcel marcello
marcin marco marcos marcus marek margaret margarita margherita margot maria marian mariana marianne marie marina mario
marion marisa marius mariusz marjorie marko markus marlena marlene marta martha marthe martin martina martyna mary
maryla massimo mateusz mathias mathieu mathilde matt matteo matthew matthias matthieu maureen maurice mauricio
maurizio maxim maxime maximilian mechthild megan mehmet melanie melissa mette mia michael michaela michal michel
michele michelle miguel mihai mikael mike mikhail mikko mikolaj milan milena milos miranda mirko miroslav miroslaw
mitch mohamed mohammad mohammed moira molly monica monika monique morgane moritz morten muhammad murat mustafa mykola
myriam nadia nadine nancy naomi natalia natalie nataliya natasha nathalie nathan neil nele nelly niall niamh nicholas
nick nicola nicolas nicole nicoletta niels nigel nikola nikolai nikolaus nikos nils nina nino noah noel nora norbert
oksana ola olaf ole oleg oleksandr oleksandra olena olga oliver olivia olivier omar orla oscar oskar osman otto owen
pablo paloma pamela paola paolo pascal pasquale patrice patricia patrick patrizia patryk paul paula paulina pauline
paulo pavel pawel pedro peggy pekka penelope per petar peter petr petra petros petter phil philip philipp philippe
phillip phyllis pia pierre piet pieter pilar piotr priya przemyslaw rachel radek radoslav radoslaw rafael rafal
raffaele rahul rainer raj rajesh ralf ralph ramon randall randy raphael raquel raul ravi raymond rebecca regina
reinhard renata renate rene rhys ricardo riccardo richard rick rita rob robert roberta roberto robin rodrigo roger
roland rolf romain roman romana ronald ronan rosa rosalind rosemary ross roswitha rowan roxana roy ruben rudiger
rudolf rui rupert ruslan russell ruth ryan ryszard sabina sabine sabrina sally salvatore sam samantha samir samuel
sandra sara sarah saskia scott sean sebastian sebastien selina serge sergei sergey sergio serhiy severin seyma shane
shannon sharon shaun sheila shirley siegfried sigrid silke silvia simon simona simone sinead siobhan slawomir slobodan
sofia sofie solveig sonia sonja sophia sophie soren srdjan stacy stanislav stanislaw stefan stefania stefanie stefano
steffen stella stephan stephane stephanie stephen steve steven stewart stuart sunil susan susana susanna susanne
suzanne sven svenja svetlana sylvain sylvia sylvie sylwia szymon tadeusz tamara tamas tania tanja tara taras tatiana
ted terence teresa teresia terry tess thea theodor theresa therese thierry thilo thomas thorsten tiago till tim timo
timothy tina tobias todd tom tomas tomasz tommaso tommy toni tony torben torsten tracy travis trevor trisha tristan
udo ulf uli ulrich ulrike umberto ursula ute uwe vaclav valentin valentina valeria valerie vanessa vera verena
veronica veronika veronique vicente victor viktor viktoria vincent vincenzo viola virginie vitali vitaliy vivian
viviane vivien vladimir vladislav volker volodymyr waldemar walter wanda wendy werner wilfried wilhelm willem william
wioletta witold wlodzimierz wojciech wolf wolfgang xavier yann yannick yasmin yolanda yuri yuriy yusuf yves yvette
yvonne zachary zbigniew zdenek zdzislaw zeynep zoe zofia zoltan zuzana zuzanna zygmunt
"""
_CYRILLIC = """
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
