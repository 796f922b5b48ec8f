"""Everyday words of news that mean one thing in several languages, and which of them exclude each other.

Places and people come from the profiles' own concepts; what is *done*, and with what, is the same in every
topic and lives here: withdraws, se retire, wycofuje and выводит meet as one act. Data and its look-up only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Beginnings of folded words (Cyrillic stands in Latin letters, as `text.folding` writes it); "=" ends a word,
# "_" joins two. Chosen by meaning, English, French, Polish, Spanish, German, Russian, some Italian, Arabic.
_TERMS = """
accord: accord= accords= agreement deal= deals= pact= pacts= treaty treaties cooperation charter= porozumien umow pakt
  traktat wspolprac acuerdo pacto abkommen vertrag soglash dogovor sotrudnich acordo اتفاق
accuse: accus oskarz acus beschuldig obvin blames اتهم
aid: aid= assistance pomoc aide= aides= ayuda hilfe pomoshch ajuda aiuti مساعد
airspace: airspace espace_aer przestrzen_powietrz przestrzeni_powietrz espacio_aer luftraum vozdushn no_fly المجال
alliance: alliance alianz sojusz bundnis alyans soyuz confederation konfedera تحالف
ambassador: ambassador ambassadeur ambasador embajador botschafter posol= posla= poslu= poslom= ambasciator embaixador envoy=
  envoys= diplomat= diplomats= dyplomat= dyplomaty= diplomate السفير سفير
announce: announc declar annonc ogloszon ogloszen oglos oswiadcz anunci erklar obyav zayav proclam proklam obwol mianow
  appoint= appoints= appointed nomm ernenn nombr naznach named= names=
arrest: arrest detain detention aresztow zatrzyman zatrzymal detien detenid festnahm festgenomm areste zaderzh
  interpell custody اعتقال
attack: attack attaqu atak= ataku= atakow ataki= zaatak ataque ataco angriff angegriff napad ambush zasadzk embuscad
  assault assaut assault szturm نapad هجوم
base: base= bases= baza= bazy= bazie= camp= camps= stutzpunkt bazu= koszar قاعد
bomb: bombing explos eksploz blast= blasts= wybuch vzryv sprengs ied= تفجير
border: border granic frontier frontera grenz granits confine الحدود
capture: captur seize seizes seized przej zajeli zajal zajmuj zakhvat erober takes_control take_control emparent
  s_empar zdobyl odbili
ceasefire: ceasefire cease_fire truce rozejm cessez_le waffenruh peremiri هدنة
charge: prosecut charged= charges= trial= trials= indict tribunal przed_sad= przed_sadem court= proces= prozess
  juicio sudit= sudu= inculp anklag محاكم
citizens: citizen nationals= ressortiss obywatel ciudadan staatsburg grazhdan americans= britons= expat
civilians: civilian civils= cywil zivil mirnykh mirnye villagers مدني
close: close= closes= closed= closing= closure ferme= ferment= fermeture shut= shuts= zamkn zamyk cierra cierre schliess
  zakry sealed= seals= chius إغلاق
condemn: condemn condamn potepi condena verurteil osudi osuzhd
coup: coup= coups= putsch pucz zamach przewrot golpe perevorot takeover mutin انقلاب
crash: crash rozbil katastrof ecras estrell absturz abgesturz razbils krushen
dead: dead= death= deaths= died= dies= kill zabil zabit zabij zginel zgine zgina ofiar mort= morts= tue= tues= tuent= muert
  asesin getotet tote= pogib ubity ubit= ubili smert massacr slain smierc uccis قتل مقتل
delegation: delegat delegac delegaz deleguac mediator mediation mediac mission= missions= misja= misji= misje=
  abordnung missii= وفد
demand: demand exige zada= zadaj zazad domaga trebu requir calls= urges= appelle wzywa wezwal wezwan pide= llama=
  prizyv prizval fordert fordern يطالب
democracy: democra demokra dimocra ديمقراط
deploy: deploy deploie rozmies wysyla wyslal wysla= entsend despleg razmest razvern send= sends= sending= otprav نشر
drone: drone dron= drony= dronow drony= bayraktar bespilot drohn مسيرة
election: election elector wybory= wyborow wyborcz eleccion wahl= wahlen= vybory= vyborov elezion vote= votes= referend
  انتخاب
embassy: embassy embassies ambassade= ambassades= ambasada= ambasady= ambasade= ambasadzie= embajada botschaft=
  posolstv سفارة
end: end= ends= ended= ending= zakonc konczy wypowiad uniewazni denounc denonc revok zerwa zrywa annul beend prekra
  rastorg rompt rompu rompre rompe
evacuate: evacu ewaku evaku repatri rescue إجلاء
expel: expel expuls wydalen wydala wydalil wyrzuc ausweis ausgewies vyslat vysyl vydvor espuls persona_non
  order_leave طرد
expire: expir wygas uplyw uplyn mija= minal= passes= looms= looming= istek ablauf
flag: flag= flags= flagi= flagami= drapeau bandera= banderas= flagge flagami=
food: food= zywnos jedzeni nourritur aliment lebensmittel prodovol غذاء
government: cabinet= government rzad= rzadu= gouvernement gobierno regierung pravitelstv governo حكومة
health: health zdrowi sante= salud= gesundheit zdorov medical lekarz doctor= medecin
help: help= helps= wsparci prosi= prosza= poprosi aider= pomoch
hold: held= hold= holding= captiv hostage otage= otages= zakladni rehen rehenes geisel zalozhn przetrzym uwiezi wiezi
  retenu= house_arrest رهائن رهينة
image: photo= photos= zdjeci image= images= picture footage= video= videos= nagrani wideo= foto= fotos= صور فيديو
intervene: interven interwen invasion invad inwazj vtorzhen military_action military_force use_force use_of_force
  agresj aggressi d_day vmeshatel eingreif تدخل
jihadist: jihad dzihad dschihad dzhikhad yihad islamis militants extremis ekstremis terror insurgen al_qaeda al_qaida
  al_kaid bojownik boevik إرهاب جهاد
join: joins= joined= join= dolacz rejoint rejoign adhere adhes beitritt prisoedin
kidnap: kidnap abduct porwan porwal enleve secuestr entfuhr pokhishch pokhiti rapiment خطف اختطاف
leader: leader leaders= przywodc chef= lider fuhrer lidera=
lift: lift= lifts= lifted= zniesien znosi levee= snyat أرفع
meet: meet= meets= met= meeting summit spotka szczyt rencontr reunion reunir treff vstrech sommet cumbre gipfel sammit
  vertice قمة اجتماع
migrants: migra مهاجر
mobilise: mobilis mobiliz zmobili volunteer ochotni freiwillig dobrovol standby= stand_by gotowosc maximum_alert
  szybkiego_reag en_attente boegotov
mourning: mourning zalob deuil= duelo= trauer traur= حداد
negotiate: negotia negocj negoci rozmow talks= dialog diplomacy= dyplomacj pourparler gesprach verhandl peregovor
  مفاوض حوار
open: open= opens= opened= reopen rouvre ouvre otworz otwier otwarl abre= reabr offne otkry فتح
order: orders= ordered= nakaz ordonn ordena= befiehlt prikaz
plane: plane= planes= samolot avion= avions= aviones= flugzeug samolet aircraft= jet= jets= helicop smiglow vertolet
postpone: postpon przelozy reporte= reportee aplaza verschob verschieb otlozh otkladyv perenes تأجيل
prepare: prepar przygot vorbereit podgot ready= gotow= gotowi= gotowe= bereit=
protest: protest rally= rallies= rallied= demonstr march= marched= marches= manifest kundgeb sit_in wiec= miting
  مظاهر احتجاج
radio: radio= broadcast rfi= france_24 france24= emetteur sender= veshchan nadawani إذاعة
recall: recall rappelle rappel= odwolal odwoluj odwolan llama_a abberuf zuruckberuf otozval otzyv richiam استدع
recognise: recogni reconnai uznaj= uznaje= nie_uznaj nie_uznaje= reconoc anerkenn priznat priznal
refuse: refus reject rejet rebuff snub= snubs= odmawi odmowi odrzuc rechaz ablehn otkaz otverg rifiut cannot= nie_przyjm
  رفض
release: releas liberat liber= libere= liberes= uwoln zwoln liberad freilass freigelass befrei osvobo freed= freeing= frees=
  إفراج إطلاق
rebel: rebel= rebels= rebeli tuareg touareg separat azawad متمرد
report: report= reports= raport rapport= informe= bericht doklad
resign: resign rezygn demission dimite dimision rucktritt ustap otstavk step_down stand_down استقال
restore: restor reinstat przywroc przywrac retabl restablec wiederherst vosstan
resume: resum= resume= resumes= resumed= wznow wznawi reprend reprise reanud wiederauf vozobnov استئناف
return: returns= returned= return= wraca wrocil powrot= rentre= regres vozvrash ritorn عودة
sanction: sanction sankc sankts sancion sanktion sanzion عقوبات
school: school szkol= szkoly= ecole= ecoles= escuela schule shkol
sign: sign= signs= signed= signing= podpis firma= firman= firmaron unterzeichn signe= signent= توقيع
soldiers: soldier troop zolnierz soldat militaires= wojsk army= armi armee= armia= forces= force= sily_zbroj sil_zbroj tropas
  ejercit truppen voenn soldad جنود جيش قوات
strike: airstrike strikes= nalot= naloty= frappe= frappes= bombard luftangriff aviaudar ضربة غارة
support: support popier poparl poparci back= backs= backed= soutien soutient apoya unterstutz podderzh hail= hails= prais
  zwolennic celebrat cheer دعم
suspend: suspen zawies wstrzym pause= pauses= paused= pausing= halt= halts= aussetz ausgesetz priostan cut= cuts= sospen
  تعليق علق
threaten: threat menac= menace grozi= grozb zagroz amenaz droht drohung ugroz minacc تهديد
training: trained= trains= training= wyszkol szkoleni entrain ausbild instruktor instructor formateur
transition: transition przejsciow transicion ubergang perekhod civilian_rule hand_over handover hand_power przekazani
  transizion انتقال
treason: treason trahison zdrad traicion hochverrat izmen tradiment خيانة
ultimatum: ultimat deadline termin= terminu= hours= heures= godzin= stunden= horas= chasov= مهلة إنذار
uranium: uran= uranu= urani uranium orano= أورانيوم
visa: visa= visas= wizy= wiz= vize= vizy=
visit: visit= visits= visited= visite= wizyt visita= visitas= besuch= besucht vizit arriv przyby przyjech llega= llegan pribyl
  pribyv زيارة
warn: warn ostrzeg przestrzeg avertit averti= advierte advirt predupre avvert mise_en_garde تحذير
weapons: weapon arms= armes= bron= broni= armas= waffen oruzhi oruzhie سلاح أسلحة
wheat: wheat= pszenic ble= trigo= weizen pshenits grain= zboz cereal zerno zerna قمح
withdraw: withdr wycof retire= retirent retrait retirad retirar pull= pulls= pulled= pulling= pullout leave= leaves= leaving=
  left= opusci opuszcz quit= quits= quitte quitter abzug abzieh abgezog vyvod vyvest pokin exit= exits= depart= departs=
  departure= odejsci salida salen= ritir انسحاب
"""

OPPOSITES = frozenset(
    frozenset(pair)
    for pair in (
        ("expel", "recall"),
        ("close", "open"),
        ("suspend", "resume"),
        ("arrest", "release"),
        ("kidnap", "release"),
        ("hold", "release"),
        ("join", "withdraw"),
        ("deploy", "withdraw"),
        ("ultimatum", "expire"),
        ("demand", "refuse"),
        ("support", "condemn"),
        ("threaten", "refuse"),
        ("sanction", "lift"),
    )
)
"""Acts of which one headline names only the one and another only the other: two developments, not one."""


def _compile() -> tuple[dict[str, str], dict[str, str], dict[str, list[tuple[str, str]]]]:
    whole: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    pairs: dict[str, list[tuple[str, str]]] = {}
    act = ""
    for word in _TERMS.split():
        if word.endswith(":"):
            act = word[:-1]
        elif "_" in word:
            first, second = word.split("_", 1)
            pairs.setdefault(first, []).append((second.split("_")[0], act))
        elif word.endswith("="):
            whole[word[:-1]] = act
        else:
            beginnings[word] = act
    return whole, beginnings, pairs


_WHOLE, _BEGINNINGS, _PAIRS = _compile()
_LENGTHS = tuple(sorted({len(beginning) for beginning in _BEGINNINGS}, reverse=True))


def acts(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield (position, act) for every word of a text that the vocabulary knows.

    Args:
        words: folded words in order.
    """
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else ""
        for second, act in _PAIRS.get(word, ()):
            if following.startswith(second):
                yield position, act
        act = _act(word)
        if act:
            yield position, act


def _act(word: str) -> str:
    if word in _WHOLE:
        return _WHOLE[word]
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    for length in _LENGTHS:
        if length <= len(bare):
            act = _BEGINNINGS.get(bare[:length])
            if act:
                return act
    return ""
