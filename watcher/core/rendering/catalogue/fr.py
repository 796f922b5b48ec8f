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
        "flood": "Autres sujets arrivés d’un coup : {count}",
        "budget": "Autres sujets, au-delà du quota horaire de cette discussion : {count}",
        "quiet hours": "Sujets pendant les heures calmes : {count}",
        "outage": "Sujets qui n’ont pas pu être envoyés à temps : {count}",
        "daily": "Sujets du jour : {count}",
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
        NoticeKind.STARTED: Notice(
            title="La veille a démarré", sentences=("Version {version}.", "Flux : {feeds}.")
        ),
        NoticeKind.STOPPED: Notice(
            title="La veille s’est arrêtée",
            sentences=("Comme demandé, {at}.", "Plus rien n’est suivi jusqu’au prochain démarrage."),
        ),
        NoticeKind.FAULT: Notice(
            title="Quelque chose ne va pas",
            sentences=("{error}", "{more} de plus depuis le dernier message ; tout est dans le journal."),
        ),
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
    answers={
        "expired": "Ce message est trop ancien, ou ce n’est plus le bon.",
        "judged relevant": "Noté : pertinent. Merci.",
        "judged irrelevant": "Noté : hors sujet. Merci.",
        "muted story": "Plus rien sur ce sujet.",
        "muted outlet": "Plus rien de {outlet} pendant 24 heures.",
        "until unmuted": "jusqu’à nouvel ordre",
        "unknown command": "Je ne connais pas cette commande. /help les énumère.",
        "help title": "Ce que je comprends",
        "help status": "ce qui est suivi et ce qui attend",
        "help recent": "sujets des dernières 24 heures : /recent [thème]",
        "help digest": "les dernières 24 heures par thème",
        "help stories": "sujets ouverts, les plus repris d’abord",
        "help topics": "les thèmes",
        "help topic": "un thème : /topic ID",
        "help why": "en réponse à une alerte : pourquoi elle est venue",
        "help try": "ce titre ferait-il une alerte ? /try TITRE",
        "help mute": "silence : /mute THÈME|MÉDIA [8h]",
        "help unmute": "y mettre fin : /unmute THÈME|MÉDIA",
        "help mutes": "ce qui est en sourdine",
        "help feeds": "les flux, ceux en panne d’abord",
        "help help": "cette liste",
        "help pause": "ne plus consulter les flux",
        "help resume": "les consulter de nouveau",
        "help reload": "relire la configuration",
        "help checkfeed": "consulter un flux maintenant : /checkfeed MÉDIA",
        "status title": "État",
        "status feeds": "Flux : {count}, en panne : {failing}",
        "status stories": "Sujets des dernières 24 heures : {count}",
        "status outbox": "Messages en attente : {waiting}, abandonnés : {dead}",
        "status mutes": "Sourdines : {count}",
        "status paused": "En pause : aucun flux n’est consulté.",
        "feeds title": "Flux",
        "topics title": "Thèmes",
        "unknown topic": "Ce thème n’existe pas. Il y a : {topics}",
        "topic threshold": "Alertes à partir d’un score de {threshold}. Motifs :",
        "recent title": "Sujets des dernières 24 heures : {count}",
        "stories title": "Sujets ouverts : {count}",
        "why title": "Pourquoi",
        "why how": "Répondez /why à une alerte.",
        "try how": "Écrivez un titre après : /try Lavrov arrive à Bamako",
        "try title": "Score et seuil",
        "try nothing": "Aucun thème n’y voit rien.",
        "mute how": "Mettez en sourdine un thème ou un média par son nom, pour un temps : /mute aes 8h",
        "muted": "{what} est en sourdine : {until}",
        "unmute how": "Rien de ce nom n’est en sourdine. /mutes dit ce qui l’est.",
        "unmuted": "{what} n’est plus en sourdine.",
        "mutes title": "En sourdine : {count}",
        "checkfeed how": "Nommez un média ou l’identifiant d’un flux : /checkfeed MÉDIA",
    },
)
