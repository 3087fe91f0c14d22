"""The letters from assessment to attachment, in plain Dutch (B1), as the guide of Veere asks for them."""

from __future__ import annotations

from typing import Final

from domain.debt.letters import CONSEQUENCES, HELP, REMEDY, LetterSpec, Recipient

_HELP: Final = (
    "Wacht daar niet mee. Wij zoeken samen met u naar een oplossing. U kunt vragen om een betalingsregeling: "
    "dan betaalt u elke maand een deel. Of u kunt kwijtschelding aanvragen. Hebt u meer schulden? Orionis "
    "Walcheren helpt u om die op te lossen."
)
_ALREADY_PAID: Final = "Hebt u net betaald? Dan is deze brief misschien tegelijk verstuurd. U hoeft dan niets te doen."
_OBJECT_TO_COSTS: Final = (
    "Bent u het niet eens met de kosten? Maak dan binnen 6 weken na de datum van deze brief bezwaar bij de "
    "invorderingsambtenaar (artikel 7 Kostenwet). Leg uit waarom. Door een bezwaar krijgt u geen extra tijd "
    "om te betalen."
)
_OPPOSE: Final = (
    " Vindt u dat wij het dwangbevel niet mogen uitvoeren? Dan kunt u met een advocaat in verzet gaan bij de "
    "rechtbank (artikel 17 Invorderingswet 1990). Dat kan niet omdat u de aanslag te hoog vindt."
)
_OBJECT_TO_ASSESSMENT: Final = (
    "Maak dan binnen 6 weken na de datum van de aanslag bezwaar bij de heffingsambtenaar. Leg uit waarom u "
    "het er niet mee eens bent. Dan ziet de invorderingsambtenaar uw bezwaar ook als verzoek om uitstel van "
    "betaling, voor het deel waar uw bezwaar over gaat. De rest betaalt u gewoon op tijd."
)
_CARE: Final = (
    "Houd rekening met de persoonlijke situatie van de belastingschuldige. Ziet of hoort u iets wat wij "
    "moeten weten? Zet het in uw verslag."
)
REFERRAL: Final = (
    "Heeft de belastingschuldige meer schulden of te weinig geld om van te leven? Wijs dan op de hulp van "
    "Orionis Walcheren. Dat kan ook nog tijdens uw bezoek."
)
_KNOWN: Final = "Persoonlijke situatie, voor zover bekend"

_GUIDE: Final = "Leidraad invordering gemeente Veere"
_ACT: Final = "Invorderingswet 1990"
_COSTS_ACT: Final = "Kostenwet invordering rijksbelastingen"

_ASSESSED: Final = (
    "U krijgt van ons een aanslag {tax} voor {year}. Het aanslagnummer is {reference}. In deze brief leest u "
    "wat u betaalt en hoe u dat doet."
)

APPEAL_TO_COLLEGE: Final = (
    "U kunt dan in beroep gaan bij het college van burgemeester en wethouders. Richt uw brief aan het college en lever "
    "die in bij de invorderingsambtenaar. Doe dat binnen {appeal_days} na de datum van deze brief, dus uiterlijk op "
    "{appeal_until}. Schrijf op waarom u het er niet mee eens bent."
)
"""The appeal clause of VEERE-4.10.5-a; facts `appeal_days` and `appeal_until`."""
WAIT_BEFORE_RESUMING: Final = (
    "Wij wachten nog {wait_days}: tot en met {wait_until} doen wij niets. Daarna gaan wij verder waar wij waren "
    "gebleven."
)
"""The 14 days of VEERE-4.10.4-a; facts `wait_days` and `wait_until`."""

ASSESSMENT_NOTICE: Final = LetterSpec(
    kind="assessment_notice",
    title="Aanslagbiljet",
    subject="Uw aanslag {tax} {year}",
    blocks={
        "assessment": _ASSESSED,
        "due_date": "Zorg dat {total} uiterlijk op {pay_by} op onze rekening staat. U betaalt alles.",
        "due_dates": (
            "U betaalt in {instalments} termijnen. In het overzicht ziet u op welke dag elke termijn "
            "uiterlijk op onze rekening moet staan. Alles in één keer betalen mag ook."
        ),
        CONSEQUENCES: (
            "U krijgt dan eerst een herinnering. Die kost niets. Betaalt u daarna nog niet? Dan krijgt u een "
            "aanmaning en betaalt u extra kosten."
        ),
        HELP: _HELP,
        REMEDY: _OBJECT_TO_ASSESSMENT,
    },
    required=frozenset({"assessment", "amounts", "payment", REMEDY}),
    optional=frozenset({"due_date", "due_dates"}),
    pays=True,
    legal_basis=(f"artikel 8 en 9 {_ACT}", f"artikel 2.1 {_GUIDE}"),
    norms=("VEERE-2.1-a", "VEERE-2.1-b", "VEERE-2.1-c", "VEERE-4.1-a"),
)

REMINDER: Final = LetterSpec(
    kind="reminder",
    title="Betalingsherinnering",
    subject="Herinnering: uw aanslag {tax} {year}",
    blocks={
        "unpaid_assessment": (
            "Op {due_on} moest uw aanslag {tax} {year} betaald zijn. Wij hebben nog niet het hele bedrag "
            "ontvangen. Misschien bent u het vergeten. Dat kan gebeuren."
        ),
        "free_of_costs": (
            "Zorg dat {total} uiterlijk op {pay_by} op onze rekening staat. Dan betaalt u geen extra kosten."
        ),
        "already_paid": _ALREADY_PAID,
        CONSEQUENCES: ("Is het bedrag op {pay_by} niet binnen? Dan krijgt u een aanmaning. Die kost u extra geld."),
        HELP: _HELP,
    },
    required=frozenset({"unpaid_assessment", "free_of_costs", "amounts", "pay_by", "payment", CONSEQUENCES}),
    pays=True,
    legal_basis=(f"artikel 2.2 {_GUIDE}",),
    norms=("VEERE-2.2-a", "VEERE-2.2-b", "VEERE-4.1-a"),
)

DEMAND: Final = LetterSpec(
    kind="demand",
    title="Aanmaning",
    subject="Aanmaning: betaal uw aanslag {tax} {year}",
    blocks={
        "unpaid_assessment": (
            "Op {reminder_on} hebben wij u een herinnering gestuurd voor uw aanslag {tax} {year}. Wij hebben "
            "nog steeds niet het hele bedrag ontvangen. Daarom krijgt u nu een aanmaning."
        ),
        "duty_to_pay": (
            "U moet {total} betalen. Zorg dat dit bedrag uiterlijk op {pay_by} op onze rekening staat. In "
            "het bedrag zit {costs} aan kosten voor deze aanmaning."
        ),
        "already_paid": _ALREADY_PAID,
        CONSEQUENCES: (
            "Is het bedrag op {pay_by} niet binnen? Dan vaardigen wij een dwangbevel tegen u uit. Dat kost u "
            "veel extra geld. Met een dwangbevel mogen wij daarna beslag leggen, bijvoorbeeld op uw loon, uw "
            "bankrekening of uw spullen."
        ),
        HELP: _HELP,
        REMEDY: _OBJECT_TO_COSTS,
    },
    required=frozenset({"unpaid_assessment", "duty_to_pay", "amounts", "pay_by", "payment", CONSEQUENCES, REMEDY}),
    pays=True,
    legal_basis=(f"artikel 11 {_ACT}", f"artikel 2 {_COSTS_ACT}", f"artikel 2.3 {_GUIDE}"),
    norms=("VEERE-2.3-a", "VEERE-2.3-b", "VEERE-2.3-c", "VEERE-4.1-a"),
)

WRIT: Final = LetterSpec(
    kind="writ",
    title="Dwangbevel",
    subject="Dwangbevel met bevel tot betaling",
    opening="In naam van de Koning",
    blocks={
        "unpaid_assessment": (
            "Op {demand_on} hebben wij u een aanmaning gestuurd. Daarna hebben wij nog steeds niet het hele "
            "bedrag ontvangen. Daarom krijgt u nu dit dwangbevel."
        ),
        "order_to_pay": (
            "Ik geef u het bevel om {total} te betalen. Zorg dat dit bedrag uiterlijk op {pay_by} op onze "
            "rekening staat."
        ),
        "what_it_is": "Een dwangbevel heeft dezelfde kracht als een vonnis van de rechter.",
        CONSEQUENCES: (
            "Dan kunnen wij beslag leggen, bijvoorbeeld op uw loon of uitkering, uw bankrekening, uw auto of "
            "uw huis. De belastingdeurwaarder kan bij u langskomen. Elke stap kost u extra geld."
        ),
        HELP: _HELP,
        REMEDY: _OBJECT_TO_COSTS + _OPPOSE,
    },
    required=frozenset({"order_to_pay", "amounts", "pay_by", "payment", CONSEQUENCES, REMEDY}),
    pays=True,
    names_debtor=True,
    legal_basis=(f"artikel 12 {_ACT}", f"artikel 3 {_COSTS_ACT}", f"artikel 2.4 {_GUIDE}"),
    norms=("VEERE-2.4-a", "VEERE-2.4-b", "VEERE-4.1-a"),
)

SERVICE_NOTICE: Final = LetterSpec(
    kind="service_notice",
    title="Betekening van het dwangbevel per post",
    subject="Bekendmaking van het dwangbevel van {writ_on}",
    blocks={
        "service": (
            "Bij deze brief zit een dwangbevel. Met deze brief maken wij het officieel aan u bekend. Dat "
            "heet betekenen."
        ),
        "unpaid_assessment": "Uw aanslag {tax} {year} met nummer {reference} is nog niet helemaal betaald.",
        "duty_to_pay": (
            "U bent verplicht om te betalen. Zorg dat {total} uiterlijk op {pay_by} op onze rekening staat."
        ),
        CONSEQUENCES: (
            "Is het bedrag op {pay_by} niet binnen? Dan kunnen wij een deel van uw loon of uitkering "
            "vorderen, of geld van uw bankrekening. Ook kan de belastingdeurwaarder bij u langskomen en "
            "beslag leggen op uw spullen, uw auto of uw huis. Elke stap kost u extra geld."
        ),
        HELP: _HELP,
        REMEDY: _OBJECT_TO_COSTS + _OPPOSE,
    },
    required=frozenset({"unpaid_assessment", "duty_to_pay", CONSEQUENCES, "amounts", "pay_by", "payment"}),
    pays=True,
    names_debtor=True,
    legal_basis=(f"artikel 13 {_ACT}", f"artikel 3 {_COSTS_ACT}", f"artikel 2.5 {_GUIDE}"),
    norms=("VEERE-2.5-b", "VEERE-2.5-c", "VEERE-2.5-d", "VEERE-2.5-e", "VEERE-4.1-a"),
)

RENEWED_ORDER: Final = LetterSpec(
    kind="renewed_order",
    title="Hernieuwd bevel tot betaling",
    subject="Hernieuwd bevel tot betaling",
    blocks={
        "unpaid_assessment": (
            "Het dwangbevel van {writ_on} is op {served_on} aan u bekendgemaakt. Het gaat over uw aanslag "
            "{tax} {year}. Die is nog niet helemaal betaald. Daarom brengt de belastingdeurwaarder u dit "
            "nieuwe bevel."
        ),
        "order_to_pay": "U krijgt opnieuw het bevel om {total} te betalen.",
        "term": (
            "Geeft de deurwaarder deze brief aan u of aan een huisgenoot? Betaal dan meteen aan de "
            "deurwaarder. Vond u deze brief in uw brievenbus? Dan hebt u nog {letterbox_days} dagen om te "
            "betalen, gerekend vanaf de dag waarop de deurwaarder bij u was."
        ),
        CONSEQUENCES: (
            "Dan kan de invorderingsambtenaar de deurwaarder opdracht geven om beslag te leggen op uw "
            "spullen, uw auto of uw huis. Die kunnen daarna worden verkocht. De kosten daarvan betaalt u."
        ),
        HELP: _HELP,
        REMEDY: _OBJECT_TO_COSTS + _OPPOSE,
    },
    required=frozenset({"unpaid_assessment", "order_to_pay", "term", CONSEQUENCES, "amounts", "payment"}),
    pays=True,
    names_debtor=True,
    legal_basis=(f"artikel 14 {_ACT}", f"artikel 3 {_COSTS_ACT}", f"artikel 2.7 {_GUIDE}"),
    norms=("VEERE-2.7-a", "VEERE-2.7-b", "VEERE-2.7-c", "VEERE-2.7-d", "VEERE-4.1-a"),
)

RENEWED_ORDER_TO_BAILIFF: Final = LetterSpec(
    kind="renewed_order_to_bailiff",
    title="Opdracht aan de belastingdeurwaarder: hernieuwd bevel",
    subject="Opdracht: betekenen van een hernieuwd bevel tot betaling",
    recipient=Recipient.BAILIFF,
    particulars={
        "Opdracht van": "{officer}",
        "Datum van de opdracht": "{dated}",
        "Aanslagen": "{debts}",
        "Dwangbevel": "uitgevaardigd op {writ_on}, betekend op {served_on}",
        _KNOWN: "{circumstances}",
    },
    blocks={
        "order": (
            "U krijgt opdracht om het bijgevoegde hernieuwd bevel tot betaling te betekenen aan de belastingschuldige."
        ),
        "how": (
            "Geef het bevel aan de belastingschuldige of aan een huisgenoot. Vraag om meteen te betalen. Is "
            "er niemand thuis? Doe het bevel dan in de brievenbus. Krijgt u een betaling, dan geldt de dag "
            "waarop u het geld krijgt als de dag van betaling."
        ),
        "care": _CARE,
        "referral": REFERRAL,
        "report": (
            "Meld ons na uw bezoek op welke datum u er was en aan wie u het bevel gaf. Of meld dat het in de "
            "brievenbus ligt. Meld ook wat er is betaald en wat u over de situatie hoorde."
        ),
    },
    required=frozenset({"Opdracht van", "Aanslagen", _KNOWN, "order", "care", "referral", "amounts"}),
    names_debtor=True,
    legal_basis=(f"artikel 14 {_ACT}", f"artikel 1.6 en 2.7 {_GUIDE}"),
    norms=("VEERE-1.6-e", "VEERE-2.7-a", "VEERE-4.13-a"),
)

ATTACHMENT_ORDER: Final = LetterSpec(
    kind="attachment_order",
    title="Opdracht aan de belastingdeurwaarder: beslag",
    subject="Opdracht: beslag leggen op {object}",
    recipient=Recipient.BAILIFF,
    particulars={
        "Opdracht van": "{officer}",
        "Datum van de opdracht": "{dated}",
        "Aanslagen": "{debts}",
        "Beslag op": "{object}",
        "Dwangbevel": "uitgevaardigd op {writ_on}, betekend op {served_on}",
        "Hernieuwd bevel": "betekend op {renewed_order_on}",
        _KNOWN: "{circumstances}",
    },
    blocks={
        "order": (
            "U krijgt opdracht om beslag te leggen op {object} van de belastingschuldige. Leg niet meer "
            "beslag dan nodig is voor het openstaande bedrag en de kosten."
        ),
        "stop": (
            "Betaalt de belastingschuldige alles voordat u begint? Leg dan geen beslag. De dag waarop u het "
            "geld krijgt, geldt als de dag van betaling."
        ),
        "care": _CARE,
        "referral": REFERRAL,
        "report": "Stuur ons het proces-verbaal van beslag, of meld ons waarom er geen beslag is gelegd.",
    },
    required=frozenset({"Opdracht van", "Aanslagen", "Beslag op", _KNOWN, "order", "care", "referral", "amounts"}),
    optional=frozenset({"Hernieuwd bevel"}),
    names_debtor=True,
    legal_basis=(f"artikel 14 {_ACT}", f"artikel 1.6 en 2.8 {_GUIDE}"),
    norms=("VEERE-1.6-e", "VEERE-2.8-a", "VEERE-2.8-b", "VEERE-4.13-a"),
)

THIRD_PARTY_CLAIM: Final = LetterSpec(
    kind="third_party_claim",
    title="Vordering op een derde",
    subject="Vordering: betaal een belastingschuld van iemand anders",
    recipient=Recipient.THIRD_PARTY,
    blocks={
        "why": (
            "De belastingschuldige hieronder heeft een aanslag niet betaald. Volgens onze gegevens geldt "
            "voor u: {relation}. Daarom krijgt u deze brief. Zo'n brief heet een vordering."
        ),
        "duty_to_pay": (
            "U bent verplicht om {total} aan ons te betalen, en niet aan de belastingschuldige. Moet u de "
            "belastingschuldige minder betalen, of bewaart u minder geld? Betaal ons dan dat lagere bedrag. "
            "Vermeld altijd {reference}."
        ),
        "when": (
            "Betaal ons op het moment dat u het geld anders aan de belastingschuldige zou betalen. Wat u aan "
            "ons betaalt, hoeft u niet meer aan de belastingschuldige te betalen."
        ),
        "contact": "Klopt het niet dat u geld moet betalen of geld bewaart? Laat ons dat dan meteen weten.",
        CONSEQUENCES: "Dan kunnen wij maatregelen nemen om het geld bij u te halen. Dat kan u geld kosten.",
    },
    required=frozenset({"duty_to_pay", "amounts", "payment"}),
    pays=True,
    names_debtor=True,
    legal_basis=(f"artikel 19 {_ACT}", f"artikel 2.6 {_GUIDE}"),
    norms=("VEERE-2.6-a", "VEERE-2.6-b", "VEERE-4.1-a"),
)
