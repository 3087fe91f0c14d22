"""The letters about a deferral, in plain Dutch (B1)."""

from __future__ import annotations

from typing import Final

from domain.debt.letter_texts import APPEAL_TO_COLLEGE, WAIT_BEFORE_RESUMING
from domain.debt.letters import HELP, REMEDY, LetterSpec

_BASIS: Final = ("artikel 25 Invorderingswet 1990", "artikel 4.9 Leidraad invordering gemeente Veere")

GRANTED = LetterSpec(
    kind="deferral_granted",
    title="Beschikking uitstel van betaling",
    subject="U krijgt uitstel van betaling",
    blocks={
        "granted": "U krijgt uitstel van betaling voor {deferred}. Dit bedrag hoeft u nu nog niet te betalen.",
        "until": "Het uitstel loopt tot en met {until}.",
        "until_ruling": "Het uitstel stopt vanzelf als er uitspraak is op uw {remedy}.",
        "rest": "De rest van de aanslag, {rest}, betaalt u gewoon op tijd.",
        "conditions": (
            "Het uitstel geldt alleen onder deze voorwaarden: {conditions}. Houdt u zich daar niet aan? Dan kunnen wij"
            " het uitstel intrekken."
        ),
    },
    required=frozenset({"granted"}),
    optional=frozenset({"until", "until_ruling", "rest", "conditions"}),
    legal_basis=_BASIS,
    norms=("VEERE-4.9.1-b", "VEERE-4.9.3-f"),
)

REFUSED = LetterSpec(
    kind="deferral_refused",
    title="Afwijzing van uitstel van betaling",
    subject="U krijgt geen uitstel van betaling",
    blocks={
        "refused": "U vroeg om uitstel van betaling voor {deferred}. Dat uitstel krijgt u niet.",
        "why": "Dit is de reden: {why}",
        "wait": WAIT_BEFORE_RESUMING,
        HELP: "Kunt u niet in één keer betalen? Vraag dan om een betalingsregeling.",
        REMEDY: APPEAL_TO_COLLEGE,
    },
    required=frozenset({"refused", "why", "wait", REMEDY}),
    legal_basis=_BASIS,
    norms=("VEERE-4.10.4-a", "VEERE-4.10.5-a"),
)

WITHDRAWN = LetterSpec(
    kind="deferral_withdrawn",
    title="Intrekking van uitstel van betaling",
    subject="Uw uitstel van betaling stopt",
    blocks={
        "withdrawn": "U had uitstel van betaling voor {deferred}. Dat uitstel stopt vandaag.",
        "why": "Dit is de reden: {why}",
        "wait": WAIT_BEFORE_RESUMING,
        HELP: "Kunt u niet in één keer betalen? Vraag dan om een betalingsregeling.",
        REMEDY: APPEAL_TO_COLLEGE,
    },
    required=frozenset({"withdrawn", "why", "wait", REMEDY}),
    legal_basis=_BASIS,
    norms=("VEERE-4.10.4-a", "VEERE-4.10.5-a"),
)

ENDED = LetterSpec(
    kind="deferral_ended",
    title="Bericht einde uitstel",
    subject="Uw uitstel van betaling is afgelopen",
    blocks={
        "ended": "{what} is afgelopen: {why}. Het gaat om {deferred}.",
        "wait": WAIT_BEFORE_RESUMING,
        "appeal": (
            "Gaat u in beroep bij de rechter? Dan krijgt u niet vanzelf opnieuw uitstel. Vraag daar dan schriftelijk"
            " om: mail naar {email} of schrijf naar {post}."
        ),
        HELP: "Kunt u niet in één keer betalen? Vraag dan om een betalingsregeling.",
    },
    required=frozenset({"ended"}),
    optional=frozenset({"wait", "appeal"}),
    legal_basis=_BASIS,
    norms=("VEERE-4.9.3-h", "VEERE-4.9.3-e"),
)

REFERRED = LetterSpec(
    kind="referred_to_restructuring",
    title="Verwijzing naar schuldhulpverlening",
    subject="Uw verzoek om uitstel van {asked_on}",
    blocks={
        "referral": (
            "U vroeg om uitstel omdat u hulp krijgt bij uw schulden. Dat verzoek doet uw schuldhulpverlener voor u."
            " Vraag uw schuldhulpverlener om dit aan ons te melden. Daarna stoppen wij met invorderen."
        ),
        "until_then": "Tot die melding gaat de invordering gewoon door.",
        HELP: "Hebt u nog geen schuldhulpverlener? Orionis Walcheren helpt u om uw schulden op te lossen.",
    },
    required=frozenset({"referral", "until_then", HELP}),
    norms=("VEERE-4.9.1-a",),
)
