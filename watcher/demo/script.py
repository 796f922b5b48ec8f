"""The demo's play: a dozen outlets that do not exist, what they publish, and in which order.

Everything here is made up, in our own words. Texts only: nothing says what the watcher makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from watcher.demo.feeddocuments import FeedFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One of the outlets; each is served on a port of its own."""

    id: str
    name: str
    language: str
    format: FeedFormat = FeedFormat.RSS


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One published item."""

    outlet_id: str
    slug: str  # ends its link
    title: str
    summary: str = ""
    minutes_ago: int = 2  # published, before it is served
    trap: str = ""  # for decoys: what a keyword alert would fall for


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is published at one moment; the act ends when it was read and everything due was sent."""

    caption: str
    pieces: tuple[Piece, ...]


OUTLETS = (
    Outlet(id="sahel-wire", name="Sahel Wire", language="en"),
    Outlet(id="coast-monitor", name="Coast Monitor", language="en", format=FeedFormat.ATOM),
    Outlet(id="lagos-ledger", name="Lagos Ledger", language="en"),
    Outlet(id="horn-dispatch", name="Horn Dispatch", language="en", format=FeedFormat.JSON),
    Outlet(id="chip-notes", name="Chip Notes", language="en", format=FeedFormat.JSON),
    Outlet(id="fil-du-fleuve", name="Le Fil du Fleuve", language="fr"),
    Outlet(id="ouaga-matin", name="Ouaga Matin", language="fr"),
    Outlet(id="tribune-du-stade", name="Tribune du Stade", language="fr", format=FeedFormat.ATOM),
    Outlet(id="nevskaya", name="Nevskaya Khronika", language="ru"),
    Outlet(id="bolshaya-stsena", name="Bolshaya Stsena", language="ru", format=FeedFormat.ATOM),
    Outlet(id="correo-atlantico", name="Correo Atlántico", language="es"),
    Outlet(id="sada-as-sahra", name="Sada as-Sahra", language="ar"),
)

BACKLOG = (
    Piece(
        outlet_id="sahel-wire",
        slug="niger-uranium-memorandum",
        title="Niger and Russia sign memorandum on uranium and nuclear power",
        summary="Ministers from Niamey and the head of Rosatom put their names to the paper on Monday.",
        minutes_ago=540,
    ),
    Piece(
        outlet_id="nevskaya",
        slug="metro",
        title="В Петербурге открылась новая станция метро",
        minutes_ago=510,
    ),
    Piece(
        outlet_id="coast-monitor",
        slug="cocoa-prices",
        title="Cocoa growers in Ghana hold back their harvest as prices swing",
        minutes_ago=400,
    ),
    Piece(
        outlet_id="lagos-ledger",
        slug="metro-line",
        title="Lagos opens its second metro line",
        minutes_ago=300,
    ),
    Piece(
        outlet_id="horn-dispatch",
        slug="coffee-fair",
        title="Addis Ababa coffee fair draws record crowd",
        minutes_ago=600,
    ),
    Piece(
        outlet_id="chip-notes", slug="ram", title="Memory prices fall for the third month", minutes_ago=700
    ),
    Piece(
        outlet_id="fil-du-fleuve",
        slug="recolte-de-riz",
        title="Ségou : la récolte de riz s'annonce bonne",
        minutes_ago=800,
    ),
    Piece(
        outlet_id="ouaga-matin",
        slug="salon-du-livre",
        title="Le salon du livre ouvre ses portes samedi",
        minutes_ago=820,
    ),
    Piece(
        outlet_id="tribune-du-stade",
        slug="marathon",
        title="Marathon : deux records battus dimanche",
        minutes_ago=900,
    ),
    Piece(
        outlet_id="bolshaya-stsena",
        slug="gastroli",
        title="Театр привозит новый балет на гастроли",
        minutes_ago=950,
    ),
    Piece(
        outlet_id="correo-atlantico",
        slug="puerto",
        title="El puerto de Las Palmas amplía sus muelles",
        minutes_ago=640,
    ),
    Piece(outlet_id="sada-as-sahra", slug="tumur", title="موسم وفير للتمور في الواحات", minutes_ago=660),
)

ACTS = (
    Act(
        caption="Two outlets break a story each; others publish what only looks like one.",
        pieces=(
            Piece(
                outlet_id="sahel-wire",
                slug="lavrov-bamako",
                title="Lavrov lands in Bamako for talks with Goïta on arms and grain",
                summary="Russia's foreign minister arrived on Tuesday evening. Mali's rulers want air defence "
                "and wheat, and have little cash to pay with.",
            ),
            Piece(
                outlet_id="ouaga-matin",
                slug="attaque-djibo",
                title="Burkina Faso : 12 soldats tués à Djibo par des jihadistes",
                summary="Des hommes armés venus à moto ont pris d'assaut le camp militaire à l'aube, selon des "
                "habitants.",
            ),
            Piece(
                outlet_id="lagos-ledger",
                slug="niger-state-raid",
                title="Nigeria: gunmen kill nine in raid on Niger State village",
                summary="Police in Minna blame bandits; the army of Nigeria promised a terror crackdown.",
                trap="Nigeria is not Niger, and Niger State lies in Nigeria",
            ),
            Piece(
                outlet_id="horn-dispatch",
                slug="mogadishu-bomber",
                title="Somalia: al-Shabaab suicide bomber kills five in Mogadishu",
                summary="The jihadist group claimed the attack on a checkpoint near the port.",
                trap="terrorism, but Somalia is neither Mali nor the Sahel",
            ),
            Piece(
                outlet_id="chip-notes",
                slug="mali-gpu",
                title="New Mali GPU doubles frame rates, Russian testers find",
                summary="The graphics core also speeds up AES-256 encryption.",
                trap="the Mali GPU is a chip, AES-256 a cipher",
            ),
            Piece(
                outlet_id="bolshaya-stsena",
                slug="vagner-koltso",
                title="Вагнер возвращается в Москву: премьера «Кольца нибелунга»",
                summary="Опера идёт четыре вечера подряд.",
                trap="Wagner the composer, in Moscow",
            ),
        ),
    ),
    Act(
        caption="Five languages take the stories up: no new push, the two messages are edited.",
        pieces=(
            Piece(
                outlet_id="fil-du-fleuve",
                slug="lavrov-a-bamako",
                title="Lavrov à Bamako pour des entretiens avec Goïta",
                summary="Le ministre russe des Affaires étrangères est arrivé mardi soir au Mali.",
            ),
            Piece(
                outlet_id="nevskaya",
                slug="lavrov-v-bamako",
                title="Лавров прибыл в Бамако на переговоры с Гойтой",
                summary="Глава МИД России обсудит в Мали поставки оружия и зерна.",
            ),
            Piece(
                outlet_id="correo-atlantico",
                slug="lavrov-en-bamako",
                title="Lavrov llega a Bamako para reunirse con Goïta",
                summary="El ministro ruso hablará en Malí de armas y de trigo.",
            ),
            Piece(
                outlet_id="sada-as-sahra",
                slug="lavrov-bamako",
                title="لافروف يصل إلى باماكو لإجراء محادثات مع غويتا",
                summary="وزير الخارجية الروسي يبحث في مالي توريد الأسلحة والقمح.",
            ),
            Piece(
                outlet_id="coast-monitor",
                slug="djibo-attack",
                title="Jihadists kill 12 soldiers in attack on Djibo camp, Burkina Faso",
                summary="Gunmen on motorbikes stormed the army camp at dawn, residents say.",
            ),
            Piece(
                outlet_id="nevskaya",
                slug="dzhibo",
                title="Буркина-Фасо: джихадисты убили 12 солдат в Джибо",
                summary="Боевики на мотоциклах напали на военный лагерь на рассвете.",
            ),
            Piece(
                outlet_id="lagos-ledger",
                slug="delta-spill",
                title="Niger Delta: court orders clean-up after pipeline attack",
                summary="Militants had blown up the line in May.",
                trap="the Niger Delta is in Nigeria",
            ),
            Piece(
                outlet_id="lagos-ledger",
                slug="chad-whitmore",
                title="Actor Chad Whitmore to star in Moscow spy drama",
                trap="Chad is his first name",
            ),
            Piece(
                outlet_id="tribune-du-stade",
                slug="mali-russie",
                title="Football : le Mali affronte la Russie en match amical à Moscou",
                summary="Les Aigles du Mali préparent la Coupe d'Afrique.",
                trap="Russia and Mali meet, on a pitch",
            ),
        ),
    ),
    Act(
        caption="The toll rises: the message is edited. A further development: a push of its own.",
        pieces=(
            Piece(
                outlet_id="coast-monitor",
                slug="djibo-toll",
                title="Toll in Djibo attack rises to 17 soldiers killed, Burkina Faso army says",
                summary="JNIM, al-Qaeda's Sahel branch, says it attacked the camp.",
                minutes_ago=1,
            ),
            Piece(
                outlet_id="fil-du-fleuve",
                slug="aes-djibo",
                title="L'AES envoie sa force conjointe à Djibo",
                summary="Le Mali et le Niger promettent un bataillon chacun.",
                minutes_ago=1,
            ),
        ),
    ),
)
