"""Français."""

from watcher.core.model import NoticeKind
from watcher.core.rendering.catalogue.form import Catalogue, Notice

CATALOGUE = Catalogue(
    months=(
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
    moment="{day} {month} {time}",
    also="Aussi :",
    why="Pourquoi :",
    changed="Modifié :",
    translate="Traduire",
    possible_repeat="↻ doublon possible",
    more="… et {count} de plus",
    digests={
        "flood": "{count} autres sujets arrivés d’un coup",
        "budget": "{count} autres sujets, au-delà du quota horaire de cette discussion",
        "quiet hours": "{count} sujets pendant les heures calmes",
        "outage": "{count} sujets n’ont pas pu être envoyés à temps",
        "daily": "{count} sujets aujourd’hui",
    },
    notices={
        NoticeKind.FIRST_RUN: Notice(
            title="La veille a commencé",
            sentences=(
                "{reached} flux sur {feeds} ont répondu.",
                "Sans réponse : {unreached} ; les essais continuent (« watcher status » dit pourquoi).",
                "Thèmes : {topics}.",
                "Les nouveautés arriveront désormais une à une, un message chacune.",
                "Sujets de ces dernières 24 heures : {stories}.",
                "Les {listed} derniers :",
            ),
        ),
        NoticeKind.FEED_FAILING: Notice(
            title="Un flux est en panne : {outlet}",
            sentences=(
                "Aucun succès depuis le {since}.",
                "Dernière erreur : {error}.",
                "Les essais continuent, de plus en plus espacés.",
            ),
        ),
        NoticeKind.FEED_RECOVERED: Notice(
            title="Un flux est revenu : {outlet}", sentences=("Il était en panne depuis le {since}.",)
        ),
        NoticeKind.FEED_GONE: Notice(
            title="Un flux a disparu : {outlet}",
            sentences=("Son serveur le dit supprimé pour de bon (410). Il n’est plus consulté.",),
        ),
        NoticeKind.FEED_MOVED: Notice(
            title="Un flux a déménagé : {outlet}",
            sentences=("Il est lu à sa nouvelle adresse : {to}.", "Merci de mettre la configuration à jour."),
        ),
        NoticeKind.FEED_SILENT: Notice(
            title="Un flux s’est tu : {outlet}",
            sentences=("Rien de nouveau depuis {days} jours ; d’habitude {usual} articles par jour.",),
        ),
        NoticeKind.FEED_REKEYED: Notice(
            title="Un flux a changé tous ses identifiants : {outlet}",
            sentences=("Ses {entries} articles ont été reconnus ; rien n’est envoyé de nouveau.",),
        ),
        NoticeKind.CONFIG_BROKEN: Notice(
            title="La nouvelle configuration contient des erreurs",
            sentences=("L’ancienne reste en vigueur.", "Problèmes : {count} ; le premier : {problem}"),
        ),
        NoticeKind.CONFIG_RELOADED: Notice(title="Configuration rechargée", sentences=("{changes}",)),
        NoticeKind.TARGET_UNREACHABLE: Notice(
            title="Une discussion est injoignable : {target}",
            sentences=(
                "Telegram répond : {reason}.",
                "Ses messages sont gardés et retentés une fois par jour pendant {days} jours.",
            ),
        ),
        NoticeKind.STARTED: Notice(title="La veille a démarré", sentences=("Version {version}.",)),
        NoticeKind.STOPPED: Notice(title="La veille s’est arrêtée", sentences=("{reason}",)),
        NoticeKind.FAULT: Notice(title="Quelque chose ne va pas", sentences=("{error}",)),
        NoticeKind.TEST: Notice(
            title="Message d’essai", sentences=("Les alertes pour « {target} » arriveront ici.",)
        ),
    },
    buttons={
        "relevant": "👍",
        "irrelevant": "👎",
        "story": "🔕 Sujet",
        "outlet": "🔕 Média 24 h",
        "why": "Pourquoi ?",
    },
    answers={},
)
