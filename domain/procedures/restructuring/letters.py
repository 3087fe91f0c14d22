"""The letters about a debt-settlement agreement, to the debtor and to the counsellor."""

from __future__ import annotations

from typing import Final

from domain.debt.letter_texts import APPEAL_TO_COLLEGE, WAIT_BEFORE_RESUMING
from domain.debt.letters import REMEDY, LetterSpec, Recipient

_BASIS: Final = ("artikel 25 Invorderingswet 1990", "artikel 4.13.1 Leidraad invordering gemeente Veere")

GRANTED: Final = LetterSpec(
    kind="debt_settlement_granted",
    title="Besluit: uitstel wegens schuldregeling",
    subject="U krijgt uitstel van betaling",
    blocks={
        "decision": (
            "Uw schuldhulpverlener meldde ons uw schuldregelingsovereenkomst van {agreed_on}. U krijgt daarom uitstel"
            " van betaling van {agreed_on} tot uiterlijk {until}."
        ),
        "scope": (
            "Het uitstel geldt voor deze aanslagen: {debts}. Aanslagen over de tijd na {agreed_on} horen er niet bij:"
            " die betaalt u gewoon op tijd."
        ),
        "conditions": (
            "Houd u aan de afspraken met uw schuldhulpverlener. Uw schuldhulpverlener laat ons uiterlijk op"
            " {confirm_until} weten of de regeling met alle schuldeisers doorgaat. Gebeurt dat niet, benadeelt u uw"
            " schuldeisers of is er een andere goede reden? Dan kunnen wij het uitstel intrekken. Dat schrijven wij"
            " eerst aan uw schuldhulpverlener en u krijgt dan veertien dagen om alsnog aan uw afspraken te voldoen."
        ),
        "after": (
            "Hebt u zich tot het einde aan de afspraken gehouden? Dan schelden wij kwijt wat er dan van deze aanslagen"
            " nog openstaat."
        ),
    },
    required=frozenset({"decision", "scope", "conditions", "after"}),
    legal_basis=_BASIS,
    norms=("VEERE-4.13.1-c", "VEERE-4.13.1-k", "VEERE-4.13.1-m", "VEERE-4.13.1-u", "VEERE-4.13.1-w"),
)

REFUSED: Final = LetterSpec(
    kind="debt_settlement_refused",
    title="Besluit: geen uitstel wegens schuldregeling",
    subject="U krijgt geen uitstel van betaling",
    blocks={
        "decision": (
            "Uw schuldhulpverlener meldde ons uw schuldregelingsovereenkomst van {agreed_on}. U krijgt daarvoor geen"
            " uitstel van betaling."
        ),
        "why": "Dit is de reden: {why}. {reason}",
        "then": WAIT_BEFORE_RESUMING,
        REMEDY: APPEAL_TO_COLLEGE,
    },
    required=frozenset({"decision", "why", "then", REMEDY}),
    legal_basis=_BASIS,
    norms=("VEERE-4.13.1-c", "VEERE-4.10.4-a", "VEERE-4.10.5-a"),
)

WITHDRAWN: Final = LetterSpec(
    kind="debt_settlement_withdrawn",
    title="Besluit: intrekking van uitstel",
    subject="Wij trekken uw uitstel van betaling in",
    blocks={
        "decision": (
            "U had uitstel van betaling wegens uw schuldregelingsovereenkomst van {agreed_on}. Wij trekken dat uitstel"
            " vandaag in. Uw schuldhulpverlener en u kregen hierover bericht; de veertien dagen om alsnog aan uw"
            " afspraken te voldoen waren voorbij op {notice_until}."
        ),
        "why": "Dit is de reden: {reason}",
        "then": WAIT_BEFORE_RESUMING,
        REMEDY: APPEAL_TO_COLLEGE,
    },
    required=frozenset({"decision", "why", "then", REMEDY}),
    legal_basis=_BASIS,
    norms=("VEERE-4.13.1-u", "VEERE-4.10.4-a", "VEERE-4.10.5-a"),
)

ANNOUNCED: Final = LetterSpec(
    kind="settlement_withdrawal_announced",
    title="Aankondiging: intrekking van uitstel",
    subject="Wij willen het uitstel van betaling intrekken",
    recipient=Recipient.COUNSELLOR,
    blocks={
        "intention": (
            "Wegens de schuldregelingsovereenkomst van {agreed_on} loopt er uitstel van betaling. Wij zijn van plan dat"
            " uitstel in te trekken. De reden: {why}. {reason}"
        ),
        "cure": (
            "De belastingschuldige heeft tot en met {until} om alsnog aan alle verplichtingen te voldoen. Gebeurt dat,"
            " dan loopt het uitstel door. De belastingschuldige en de schuldhulpverlener krijgen allebei deze brief."
        ),
    },
    required=frozenset({"intention", "cure"}),
    names_debtor=True,
    legal_basis=_BASIS,
    norms=("VEERE-4.13.1-u",),
)

DOCUMENTS_ASKED: Final = LetterSpec(
    kind="settlement_documents_asked",
    title="Vraag om stukken bij de schuldregelingsovereenkomst",
    subject="Wij hebben nog stukken nodig",
    recipient=Recipient.COUNSELLOR,
    blocks={
        "asks": (
            "U meldde ons een schuldregelingsovereenkomst van {agreed_on}. Wij kunnen die nog niet beoordelen. Stuur"
            " ons alstublieft: {lacking}."
        ),
        "meanwhile": "Tot wij hebben beslist, nemen wij geen maatregelen.",
    },
    required=frozenset({"asks"}),
    names_debtor=True,
    legal_basis=_BASIS,
)

PROGRESS_ASKED: Final = LetterSpec(
    kind="settlement_progress_asked",
    title="Vraag naar de stand van zaken",
    subject="Hoe staat het met de schuldregeling?",
    recipient=Recipient.COUNSELLOR,
    blocks={
        "asks": (
            "Op {agreed_on} is een schuldregelingsovereenkomst gesloten. Wij hoorden nog niet of er een regeling met"
            " alle schuldeisers komt. Laat u ons weten hoe het ervoor staat?"
        ),
        "last_day": (
            "Laat ons uiterlijk op {confirm_until} weten of de regeling doorgaat. Daarna kunnen wij het uitstel van"
            " betaling intrekken."
        ),
    },
    required=frozenset({"asks", "last_day"}),
    names_debtor=True,
    legal_basis=_BASIS,
    norms=("VEERE-4.13.1-l", "VEERE-4.13.1-r"),
)

END_REPORT_ASKED: Final = LetterSpec(
    kind="settlement_end_report_asked",
    title="Vraag om het eindverslag",
    subject="Het uitstel van betaling loopt af op {until}",
    recipient=Recipient.COUNSELLOR,
    blocks={
        "asks": (
            "Wegens de schuldregelingsovereenkomst van {agreed_on} loopt er uitstel van betaling tot en met {until}."
            " Stuur ons voor die dag uw eindverslag. Vermeld daarin of de belastingschuldige zich aan de afspraken"
            " heeft gehouden, en welk bedrag u aan ons betaalt."
        ),
    },
    required=frozenset({"asks"}),
    names_debtor=True,
    legal_basis=_BASIS,
    norms=("VEERE-4.13.1-c", "VEERE-4.13.1-w"),
)

EXPIRED: Final = LetterSpec(
    kind="debt_settlement_expired",
    title="Einde van uitstel",
    subject="Uw uitstel van betaling is voorbij",
    blocks={
        "expired": (
            "U had uitstel van betaling wegens uw schuldregelingsovereenkomst van {agreed_on}. Dat uitstel liep tot en"
            " met {until} en is nu voorbij."
        ),
        "no_report": (
            "Tot en met {silent_until} kregen wij geen eindverslag van uw schuldhulpverlener. Hebt u zich aan de"
            " afspraken gehouden? Laat uw schuldhulpverlener het eindverslag dan alsnog sturen. Dan schelden wij kwijt"
            " wat van deze aanslagen nog openstaat."
        ),
        "not_kept": (
            "Uw schuldhulpverlener meldde ons dat de regeling op {broken_on} is geëindigd en dat u zich niet aan de"
            " afspraken hebt gehouden. Daarom schelden wij niets kwijt."
        ),
        "then": WAIT_BEFORE_RESUMING,
    },
    required=frozenset({"expired", "then"}),
    optional=frozenset({"no_report", "not_kept"}),
    legal_basis=_BASIS,
    norms=("VEERE-4.13.1-c", "VEERE-4.13.1-w", "VEERE-4.10.4-a"),
)

COMPLETED: Final = LetterSpec(
    kind="debt_settlement_completed",
    title="Kwijtschelding na schuldregeling",
    subject="Wij schelden uw schuld kwijt",
    blocks={
        "completed": (
            "Uw schuldhulpverlener meldde ons dat uw schuldregeling op {ended_on} is afgelopen en dat u zich aan de"
            " afspraken hebt gehouden. Goed gedaan."
        ),
        "remitted": (
            "Van deze aanslagen hoeft u niets meer te betalen: {debts}. Wij schelden {remitted} kwijt. U hoeft hiervoor"
            " niets te doen."
        ),
    },
    required=frozenset({"completed", "remitted"}),
    legal_basis=("artikel 26 Invorderingswet 1990", "artikel 4.13.1 Leidraad invordering gemeente Veere"),
    norms=("VEERE-4.13.1-v", "VEERE-4.13.1-w"),
)

SET_OFF: Final = LetterSpec(
    kind="settlement_set_off",
    title="Beschikking verrekening",
    subject="Wij verrekenen uw teruggaaf",
    blocks={
        "set_off": (
            "U krijgt {refund} terug over de tijd voor {cutoff}. Dat bedrag verrekenen wij met uw openstaande"
            " aanslagen, zoals in het overzicht staat."
        ),
    },
    required=frozenset({"set_off", "amounts"}),
    legal_basis=("artikel 24 Invorderingswet 1990", "artikel 4.13.1 Leidraad invordering gemeente Veere"),
    norms=("VEERE-4.13.1-p",),
)
