"""The letters about a payment arrangement, in plain Dutch (B1)."""

from __future__ import annotations

from typing import Final

from domain.debt.facts import Context
from domain.debt.letters import CONSEQUENCES, HELP, REMEDY, AmountLine, LetterSpec
from domain.debt.state import Balance, Debt
from domain.procedures.arrangement.commands import Condition
from domain.procedures.arrangement.events import Ground

_GUIDE: Final = "Leidraad invordering gemeente Veere"
_ART_25: Final = "artikel 25 Invorderingswet 1990"

_APPEAL: Final = (
    "Dan kunt u in beroep gaan bij het college van burgemeester en wethouders. Schrijf een brief aan het college en leg"
    " uit waarom u het er niet mee eens bent. Stuur de brief naar de invorderingsambtenaar. Dat kan tot en met"
    " {appeal_until}."
)
_ORIONIS: Final = (
    "Hebt u meer schulden of te weinig geld om van te leven? Orionis Walcheren helpt u om uw schulden op te lossen."
    " Wacht daar niet mee."
)
_WAIT: Final = "Wij gaan pas na {wait_until} verder met de invordering. Betaalt u voor die tijd, dan is alles geregeld."

CONDITIONS: Final[dict[Condition, str]] = {
    "new_assessments_on_time": "Betaal nieuwe aanslagen van de gemeente op tijd.",
}

WHY_ENDED: Final[dict[Ground, str]] = {
    "missed_instalments": "U hebt twee keer een termijn niet betaald. Dan moeten wij de regeling stoppen.",
    "not_paid_in_time": "De laatste termijn is voorbij en nog niet alles is betaald.",
    "overdue_assessment": (
        "Een voorwaarde was dat u nieuwe aanslagen op tijd betaalt. Een andere aanslag is niet op tijd betaald."
    ),
    "conditions_not_kept": "U hebt zich niet gehouden aan de voorwaarden van de regeling.",
    "wrong_data": "De gegevens die u ons gaf, klopten niet.",
    "reason_gone": "De reden voor de regeling is er niet meer.",
}

DATA_REQUEST: Final = LetterSpec(
    kind="arrangement_data_request",
    title="Verzoek om financiële gegevens",
    subject="Wij hebben gegevens van u nodig",
    blocks={
        "why": (
            "U vroeg om een betalingsregeling voor aanslag {reference}. Wij willen berekenen hoeveel u per maand kunt"
            " betalen. Daarvoor hebben wij gegevens van u nodig."
        ),
        "needed": "Stuur ons: {needed}.",
        "until": "Zorg dat wij alles uiterlijk op {until} hebben.",
        "else": "Krijgen wij de gegevens niet? Dan beslissen wij met wat wij wel weten.",
        HELP: "Lukt het niet om alles op tijd te sturen? Laat ons dat dan weten.",
    },
    required=frozenset({"why", "needed", "until"}),
    legal_basis=(_ART_25, f"artikel 4.9.6 {_GUIDE}"),
    norms=("VEERE-4.9.6-h",),
)

ARRANGEMENT: Final = LetterSpec(
    kind="arrangement",
    title="Besluit: betalingsregeling",
    subject="Uw betalingsregeling",
    blocks={
        "granted": (
            "U vroeg op {received_on} om een betalingsregeling. Wij geven u die regeling. Zij begint vandaag en geldt"
            " voor aanslag {reference}."
        ),
        "renewed": "Deze regeling komt in de plaats van {instead_of}.",
        "instalments": (
            "U betaalt {total} in {instalments} termijn(en). In het overzicht ziet u op welke dag elke termijn"
            " uiterlijk op onze rekening moet staan."
        ),
        "stops": "Zolang u zich aan de regeling houdt, nemen wij geen maatregelen.",
        "conditions": "Dit zijn de voorwaarden: betaal elke termijn volledig en op tijd. {conditions}",
        "set_off": (
            "Krijgt u in deze tijd geld van ons terug? Dan trekken wij dat af van wat u moet betalen. U bent dan eerder"
            " klaar. De eerstvolgende termijn betaalt u gewoon."
        ),
        CONSEQUENCES: (
            "Betaalt u twee keer een termijn niet? Dan stopt de regeling en moet u alles in één keer betalen. Dat geldt"
            " ook als u zich niet aan de andere voorwaarden houdt of als uw gegevens niet kloppen."
        ),
        HELP: "Verandert er iets in uw situatie? Laat ons dat meteen weten, dan zoeken wij samen een oplossing.",
        REMEDY: _APPEAL,
    },
    optional=frozenset({"renewed", REMEDY}),
    required=frozenset({"granted", "amounts", "schedule", "conditions", CONSEQUENCES, "payment"}),
    pays=True,
    legal_basis=(_ART_25, f"artikel 4.9.5 en 4.9.6 {_GUIDE}"),
    norms=("VEERE-4.9.1-b", "VEERE-4.9.5-b", "VEERE-4.9.6-c"),
)
RENEWED_ARRANGEMENT: Final = ARRANGEMENT.model_copy(
    update={
        "title": "Besluit: nieuwe betalingsregeling",
        "subject": "Uw nieuwe betalingsregeling",
        "required": ARRANGEMENT.required | {"renewed", REMEDY},
        "legal_basis": (_ART_25, f"artikel 4.10 {_GUIDE}"),
        "norms": ("VEERE-4.10-a", "VEERE-4.10-b", "VEERE-4.9.6-c"),
    }
)

STRUCTURAL: Final = (
    "Uw betalingsproblemen zijn niet tijdelijk. Met een betalingsregeling lost u ze niet op. Misschien kunt u"
    " kwijtschelding krijgen. Die vraagt u aan op www.sabewazeeland.nl."
)

ARRANGEMENT_REFUSED: Final = LetterSpec(
    kind="arrangement_refused",
    title="Besluit: geen betalingsregeling",
    subject="U krijgt geen betalingsregeling",
    blocks={
        "refused": "U vroeg op {received_on} om een betalingsregeling voor aanslag {reference}. Die geven wij u niet.",
        "structural": "{structural}",
        "why": "Onze reden: {why}",
        "capacity": "Volgens onze berekening kunt u {capacity} per maand betalen.",
        "wait": _WAIT,
        HELP: _ORIONIS,
        REMEDY: _APPEAL,
    },
    required=frozenset({"refused", "wait", "amounts", HELP, REMEDY}),
    optional=frozenset({"structural", "why", "capacity"}),
    pays=True,
    legal_basis=(_ART_25, f"artikel 4.9.5, 4.9.6, 4.10.4 en 4.10.5 {_GUIDE}"),
    norms=("VEERE-4.10.5-a", "VEERE-4.10.4-a", "VEERE-4.13-a"),
)

REPEAT_FORWARDED: Final = LetterSpec(
    kind="arrangement_repeat_forwarded",
    title="Bericht: uw verzoek gaat naar het college",
    subject="Het college beslist op uw verzoek",
    blocks={
        "forwarded": (
            "Op {received_on} vroeg u opnieuw om een betalingsregeling voor aanslag {reference}. Wij kunnen geen beter"
            " besluit voor u nemen dan de vorige keer. Daarom hebben wij uw verzoek doorgestuurd naar het college van"
            " burgemeester en wethouders. Het college behandelt het als een beroep."
        ),
        "answer": "U krijgt bericht als het college heeft beslist. U hoeft nu niets te doen.",
        HELP: _ORIONIS,
    },
    required=frozenset({"forwarded", "answer"}),
    legal_basis=(f"artikel 4.10 {_GUIDE}",),
    norms=("VEERE-4.10-a",),
)

INSTALMENT_MISSED: Final = LetterSpec(
    kind="arrangement_instalment_missed",
    title="Bericht: termijn niet betaald",
    subject="Wij hebben uw termijn niet ontvangen",
    blocks={
        "missed": (
            "Op {due_on} moest een termijn van uw betalingsregeling op onze rekening staan. Wij hebben niet het hele"
            " bedrag ontvangen. Misschien bent u het vergeten. Dat kan gebeuren."
        ),
        "pay": "Betaal {total} zo snel mogelijk. De volgende termijnen betaalt u gewoon op tijd.",
        CONSEQUENCES: "Staan er twee termijnen open? Dan moeten wij de regeling stoppen.",
        HELP: "Neem dan meteen contact met ons op. Wij zoeken samen met u naar een oplossing.",
    },
    required=frozenset({"missed", "pay", "amounts", "payment", CONSEQUENCES}),
    pays=True,
    legal_basis=(f"artikel 4.10.3 {_GUIDE}",),
    norms=("VEERE-4.10.3-e",),
)

ARRANGEMENT_ENDED: Final = LetterSpec(
    kind="arrangement_ended",
    title="Besluit: einde van de betalingsregeling",
    subject="Uw betalingsregeling stopt",
    blocks={
        "ended": "Op {granted_on} gaven wij u een betalingsregeling voor aanslag {reference}. Die stopt vandaag.",
        "why": "{why}",
        "finding": "{finding}",
        "wait": _WAIT,
        HELP: _ORIONIS,
        REMEDY: _APPEAL,
    },
    required=frozenset({"ended", "why", "wait", "amounts", HELP, REMEDY}),
    optional=frozenset({"finding"}),
    pays=True,
    legal_basis=(_ART_25, f"artikel 4.10.3, 4.10.4 en 4.10.5 {_GUIDE}"),
    norms=("VEERE-4.10.5-a", "VEERE-4.10.4-a", "VEERE-4.13-a"),
)

SET_OFF: Final = LetterSpec(
    kind="arrangement_set_off",
    title="Besluit: verrekening",
    subject="Wij trekken uw teruggaaf af van uw schuld",
    blocks={
        "set_off": (
            "U krijgt {refund} van ons terug. U hebt ook een betalingsregeling voor aanslag {reference}. Daarom trekken"
            " wij {taken} af van wat u nog moet betalen."
        ),
        "earlier": (
            "U bent daardoor eerder klaar. In het overzicht ziet u wat u nog betaalt. De eerstvolgende termijn"
            " verandert hierdoor niet, behalve als het de laatste is."
        ),
    },
    required=frozenset({"set_off", "earlier", "amounts", "schedule", "payment"}),
    pays=True,
    legal_basis=("artikel 24 Invorderingswet 1990", f"artikel 4.10.1 en 5.2 {_GUIDE}"),
    norms=("VEERE-4.10.1-a", "VEERE-4.10.1-b", "VEERE-5.2-c"),
)
ALL_SET_OFF: Final = SET_OFF.model_copy(
    update={
        "blocks": {
            "set_off": SET_OFF.blocks["set_off"],
            "done": "Daarmee is alles van de regeling betaald. U hoeft niets meer te doen.",
        },
        "required": frozenset({"set_off", "done", "amounts"}),
        "pays": False,
    }
)

NEW_DATES: Final = LetterSpec(
    kind="arrangement_new_dates",
    title="Bericht: nieuwe data van de betalingsregeling",
    subject="Uw betalingsregeling gaat verder",
    blocks={
        "resumed": (
            "Uw betalingsregeling voor aanslag {reference} stond {days} dagen stil. Die tijd is nu voorbij. De"
            " termijnen die u toen niet hoefde te betalen, schuiven zoveel dagen op."
        ),
        "instalments": "In het overzicht ziet u op welke dag elke termijn uiterlijk op onze rekening moet staan.",
        HELP: "Verandert er iets in uw situatie? Laat ons dat meteen weten.",
    },
    required=frozenset({"resumed", "amounts", "schedule", "payment"}),
    pays=True,
    legal_basis=(f"artikel 4.19 {_GUIDE}",),
    norms=("VEERE-4.19-d",),
)

DATES_AFTER_DEFERRAL: Final = NEW_DATES.model_copy(
    update={
        "blocks": {
            **NEW_DATES.blocks,
            "resumed": (
                "U had uitstel van betaling gevraagd of gekregen voor aanslag {reference}. Dat is voorbij. Uw"
                " betalingsregeling gaat daarom verder. De termijnen die u toen niet hoefde te betalen, schuiven {days}"
                " dagen op. Daarin zitten de 14 dagen waarin wij nog niets doen."
            ),
        },
        "legal_basis": (f"artikel 4.9.1 en 4.10.4 {_GUIDE}",),
        "norms": ("VEERE-4.9.1-d", "VEERE-4.10.4-a"),
    }
)


def amount_lines(debt: Debt, tracks: tuple[str, ...], ctx: Context) -> tuple[AmountLine, ...]:
    """What is open of these parts of the debt, a line for each kind of money."""
    open_ = sum((debt.open_of(track) for track in tracks), Balance())
    tax = f"{ctx.law.taxes[debt.tax].label.capitalize()} {debt.tax_year}"
    labels = ((tax, open_.tax), ("Kosten", open_.costs), ("Rente", open_.interest), ("Boete", open_.fine))
    return tuple(AmountLine(label=label, amount=amount) for label, amount in labels if amount)
