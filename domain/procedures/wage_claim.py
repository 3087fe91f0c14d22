"""Loonvordering: which part of the debtor's periodic income is claimed from its payer, and is it paid every month?

The officer decides (VEERE-3.1-a); the debtor is told before (VEERE-3.1-f); the exempt income stays free, at most 95
percent of the income (VEERE-3.1-g to 3.1-i); a repeat late payer can be claimed 10 percent of what is exempt besides
(VEERE-3.2). All claims on one payer together leave the exempt income free, whichever debt they are for. The claim runs
beside the ladder, for the parts of the debt that may be collected, until they are paid; it stands still while none of
them may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain.debt.barriers import allowed_tracks, forbidding, refused
from domain.debt.events import (
    AssessmentReduced,
    ClaimFellShort,
    DebtSettled,
    PaymentBooked,
    QuestionAnswered,
    QuestionAsked,
    RefundDue,
    RegimeImposed,
)
from domain.debt.facts import Context
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure, for_event, installed
from domain.debt.state import Balance, Barrier, Debt, Measure, Question, Term
from domain.kernel.calendar import add_months, day_of_month
from domain.kernel.dutch import dutch_euro, dutch_list
from domain.kernel.messages import OFFICER, Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import ZERO, Amount, Money, cents
from domain.rulebooks.rulebook import Rulebook

# -- commands -----------------------------------------------------------------------------------------------------

Living = Literal["single", "single_with_children", "couple", "couple_with_children"]
Housing = Literal["tenant", "owner", "other"]


class _ExemptIncome(OfficialCommand):
    """The exempt income (beslagvrije voet) as computed by the statutory rules, with what it rests on."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    knows_other_debts: ClassVar = True

    debt: DebtId
    third_party: str = Field(description="the office's number of the payer")
    income: Money = Field(ge=0, description="euro a month, net")
    exempt: Money = Field(ge=0, description="exempt income in euro a month, by the statutory rules")
    living_situation: Living
    housing_situation: Housing
    computed_on: date


class AnnounceWageClaim(_ExemptIncome):
    """The officer decides on a wage claim; the debtor is told first (VEERE-3.1-a, VEERE-3.1-f)."""

    title: ClassVar = "Loonvordering aankondigen"

    command: Literal["announce_wage_claim"] = "announce_wage_claim"
    pay_day: int = Field(25, ge=1, le=31, description="day of the month on which the income is paid")


class ClaimTenPercent(_ExemptIncome):
    """The officer claims 10 percent of the exempt part from a repeat late payer (VEERE-3.2-a)."""

    title: ClassVar = "Vordering van 10 procent aankondigen"

    command: Literal["claim_ten_percent"] = "claim_ten_percent"
    pay_day: int = Field(25, ge=1, le=31, description="day of the month on which the income is paid")
    means_known: bool = Field(
        False,
        description="the office knows of enough capital or payment capacity: no right to deferral or remission",
    )


class RecomputeExemptIncome(_ExemptIncome):
    """Income or living situation changed, or a complaint was judged: the exempt income is computed anew.

    It holds for every claim on that payer: those of this debt, and by a message those of the debtor's other debts.
    """

    title: ClassVar = "Beslagvrije voet herberekenen"
    answers_about: ClassVar = "third_party"

    command: Literal["recompute_exempt_income"] = "recompute_exempt_income"


class ContestExemptIncome(Command):
    """The debtor contests the amount that is left to him every month (VEERE-3.1-j)."""

    title: ClassVar = "Bezwaar tegen de beslagvrije voet"

    command: Literal["contest_exempt_income"] = "contest_exempt_income"
    debt: DebtId
    third_party: str
    received_on: date


class RegisterWageRemittance(Command):
    """The payer remits a part of the income (VEERE-3.1-b)."""

    title: ClassVar = "Afdracht van de werkgever boeken"

    command: Literal["register_wage_remittance"] = "register_wage_remittance"
    debt: DebtId
    third_party: str
    amount: Amount
    value_date: date
    ten_percent: bool = Field(False, description="for the separate claim of 10 percent")


class StopWageClaim(OfficialCommand):
    """The officer stops the claim for another reason than full payment (VEERE-3.1-l)."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Loonvordering stopzetten"

    command: Literal["stop_wage_claim"] = "stop_wage_claim"
    debt: DebtId
    third_party: str
    ten_percent: bool = False
    reason: str = Field(min_length=1, max_length=2000)


# -- events -------------------------------------------------------------------------------------------------------


class WageClaimAnnounced(Act):
    """The debtor is told of the claim and of the income that stays free of all claims: `exempt` euro a month.

    `computed`: the exempt part as computed on `computed_on`, for that living and housing situation.
    """

    type: ClassVar = "wage_claim.announced.v1"
    says: ClassVar = (
        "{kind_in_dutch} aangekondigd: {claimable} per maand, {exempt} blijft vrij; bezwaar t/m {contest_until}."
    )
    title: ClassVar = "vooraankondiging loonvordering"

    third_party: str
    ten_percent: bool
    tracks: tuple[str, ...]
    income: Money
    exempt: Money
    claimable: Money
    pay_day: int
    waits_until: date
    contest_until: date
    computed: Money | None = None
    living_situation: Living | None = None
    housing_situation: Housing | None = None
    computed_on: date | None = None

    @property
    def kind_in_dutch(self) -> str:
        """Which of the two claims."""
        return "Vordering van 10 procent" if self.ten_percent else "Loonvordering"


class WageClaimSent(Act):
    """The claim goes to the payer: it takes effect on this day (VEERE-3.1-c)."""

    type: ClassVar = "wage_claim.sent.v1"
    says: ClassVar = (
        "Loonvordering verstuurd aan {third_party}: {claimable} per maand, eerste afdracht uiterlijk {next_by}."
    )
    title: ClassVar = "loonvordering"
    immediate: ClassVar = True

    third_party: str
    claimable: Money
    next_by: date


class ExemptIncomeContested(Event):
    """The debtor contests the exempt income, in time or late."""

    type: ClassVar = "exempt_income.contested.v1"
    says: ClassVar = "Bezwaar tegen de beslagvrije voet van {received_on}, {timely}."
    norms: tuple[str, ...] = ("VEERE-3.1-j",)

    received_on: date
    late: bool

    @property
    def timely(self) -> str:
        """In time or late."""
        return "te laat" if self.late else "op tijd"


class ExemptIncomeRecomputed(Act):
    """The exempt income was computed anew; the payer is told the new amount. `others`: debts that are told too."""

    type: ClassVar = "exempt_income.recomputed.v1"
    says: ClassVar = "Beslagvrije voet nu {exempt}: {claimable} per maand te vorderen."
    title: ClassVar = "nieuw bedrag loonvordering"
    immediate: ClassVar = True

    third_party: str
    income: Money
    exempt: Money
    claimable: Money
    computed: Money | None = None
    living_situation: Living | None = None
    housing_situation: Housing | None = None
    computed_on: date | None = None
    next_by: date | None = None
    others: tuple[str, ...] = ()


class ExemptIncomeAnswered(Act):
    """The debtor is told the outcome."""

    type: ClassVar = "exempt_income.answered.v1"
    says: ClassVar = "Belastingschuldige geïnformeerd over de beslagvrije voet."
    title: ClassVar = "bericht over de beslagvrije voet"


class ExemptIncomeKept(Act):
    """The officer does not compute the contested exempt income anew: the debtor is told why."""

    type: ClassVar = "exempt_income.kept.v1"
    says: ClassVar = "Bezwaar tegen de beslagvrije voet afgewezen: {why}"
    title: ClassVar = "beslissing op het bezwaar tegen de beslagvrije voet"

    why: str


@dataclass(frozen=True, slots=True)
class PayMonth:
    """One month of the income: the last day `by` of its remittance, what was due and what is booked, in euro."""

    by: date
    due: Money
    booked: Money = ZERO

    @property
    def lacks(self) -> Decimal:
        """What is still to be remitted for it, in euro."""
        return max(self.due - self.booked, ZERO)


class WageRemitted(Event):
    """What the payer remitted, and what was expected for that month. `months`: as they stand with this transfer."""

    type: ClassVar = "wage_claim.remitted.v1"
    says: ClassVar = "Afdracht van {remitted} ontvangen (verwacht {expected})."
    norms: tuple[str, ...] = ("VEERE-3.1-b",)

    remitted: Money
    expected: Money
    next_by: date
    months: tuple[PayMonth, ...] = ()

    @property
    def amount(self) -> Money:
        return self.remitted


class WageRemittanceMissing(Act):
    """Nothing came for a month: the payer is reminded (VEERE-3.1-e)."""

    type: ClassVar = "wage_claim.missing.v1"
    says: ClassVar = "Geen afdracht ontvangen van {third_party}; herinnerd."
    title: ClassVar = "herinnering aan de werkgever"
    immediate: ClassVar = True

    third_party: str
    next_by: date
    month: PayMonth | None = None


class WageClaimSuspended(Act):
    """Nothing of the claim may be collected now (deferral, arrangement, regime): it stays, but nothing is withheld."""

    type: ClassVar = "wage_claim.suspended.v1"
    says: ClassVar = "Loonvordering op {third_party} geschorst."
    title: ClassVar = "schorsing van de loonvordering"
    immediate: ClassVar = True

    third_party: str


class WageClaimResumed(Act):
    """The claim is awake again."""

    type: ClassVar = "wage_claim.resumed.v1"
    says: ClassVar = "Schorsing van de loonvordering op {third_party} voorbij; afdracht uiterlijk {next_by}."
    title: ClassVar = "einde van de schorsing van de loonvordering"
    immediate: ClassVar = True

    third_party: str
    next_by: date


class WageClaimEnded(Act):
    """The claim is over; the payer is told the same day (VEERE-3.1-m)."""

    type: ClassVar = "wage_claim.ended.v1"
    says: ClassVar = "Loonvordering op {third_party} beëindigd. {why}"
    title: ClassVar = "einde van de loonvordering"
    immediate: ClassVar = True

    third_party: str
    why: str


# -- letters ------------------------------------------------------------------------------------------------------

ANNOUNCEMENT = LetterSpec(
    kind="wage_claim_announcement",
    title="Vooraankondiging loonvordering",
    subject="Wij gaan een deel van uw inkomen vorderen",
    blocks={
        "why": "U hebt uw aanslag {reference} niet betaald. Daarom gaan wij een deel van uw inkomen opvragen bij de"
        " werkgever of instantie die u betaalt. Dat doen wij vanaf {starts_on}.",
        "exempt": "Van uw inkomen van {income} per maand blijft altijd {exempt} voor u. Dat is uw beslagvrije voet."
        " Elke maand gaat {claimable} naar ons, tot alles betaald is.",
        "prevent": "Betaalt u het hele bedrag voor die dag? Dan doen wij de vordering niet.",
        "contest": "Klopt het bedrag niet dat u overhoudt? Neem dan uiterlijk op {contest_until} contact op met het"
        " cluster invordering van de afdeling Belastingen. Wij rekenen het dan opnieuw uit.",
        "help": "Orionis Walcheren helpt u als u meer schulden hebt of te weinig geld overhoudt.",
    },
    required=frozenset({"why", "exempt", "contest", "amounts", "payment"}),
    pays=True,
    legal_basis=("artikel 19 Invorderingswet 1990", "artikel 3.1 Leidraad invordering gemeente Veere"),
    norms=("VEERE-3.1-f", "VEERE-3.1-g", "VEERE-3.1-j"),
)

TENTH_ANNOUNCEMENT = LetterSpec(
    kind="ten_percent_announcement",
    title="Vooraankondiging vordering van 10 procent",
    subject="Wij gaan ook een deel van uw beslagvrije voet vorderen",
    blocks={
        "why": "U hebt meer aanslagen niet betaald, ook aanslag {reference}. Daarom gaan wij een deel van uw inkomen"
        " opvragen bij de werkgever of instantie die u betaalt. Dat doen wij vanaf {starts_on}.",
        "special": "Dit is een bijzondere vordering. Uw beslagvrije voet is {computed} per maand. Normaal blijft dat"
        " bedrag van u. Maar wie vaker zijn belasting niet op tijd betaalt, moet daarvan 10 procent afstaan. Is uw"
        " inkomen lager? Dan is het 10 procent van uw inkomen.",
        "exempt": "Elke maand gaat {claimable} naar ons, tot alles betaald is. Van uw inkomen van {income} per maand"
        " blijft altijd {exempt} voor u, ook als wij nog een andere vordering op uw inkomen hebben.",
        "prevent": "Betaalt u het hele bedrag voor die dag? Dan doen wij de vordering niet.",
        "contest": "Klopt het bedrag niet dat u overhoudt? Neem dan uiterlijk op {contest_until} contact op met het"
        " cluster invordering van de afdeling Belastingen. Wij rekenen het dan opnieuw uit.",
        "help": "Orionis Walcheren helpt u als u meer schulden hebt of te weinig geld overhoudt.",
    },
    required=frozenset({"why", "special", "exempt", "contest", "amounts", "payment"}),
    pays=True,
    legal_basis=("artikel 19 Invorderingswet 1990", "artikel 3.2 Leidraad invordering gemeente Veere"),
    norms=("VEERE-3.1-f", "VEERE-3.2-a", "VEERE-3.2-b", "VEERE-3.1-j"),
)

CLAIM = LetterSpec(
    kind="wage_claim",
    title="Loonvordering",
    subject="Vordering op het inkomen van uw werknemer of uitkeringsgerechtigde",
    recipient=Recipient.EMPLOYER,
    blocks={
        "duty": "U bent verplicht om vanaf de eerstvolgende betaling van loon, uitkering of pensioen elke maand"
        " {claimable} aan ons over te maken. Vermeld altijd {reference}.",
        "exempt": "De beslagvrije voet is {exempt} per maand. Dat bedrag betaalt u altijd aan de belastingschuldige.",
        "lasts": "De vordering geldt vanaf {dated} tot de hele schuld is betaald. U krijgt bericht als u mag stoppen.",
    },
    required=frozenset({"duty", "exempt", "lasts", "amounts", "payment"}),
    pays=True,
    names_debtor=True,
    legal_basis=("artikel 19 Invorderingswet 1990", "artikel 3.1 Leidraad invordering gemeente Veere"),
    norms=("VEERE-3.1-b", "VEERE-3.1-c", "VEERE-3.1-d", "VEERE-3.1-e", "VEERE-3.1-g"),
)

_LEFT_BY_TENTH = "Deze vordering gaat ook over de beslagvrije voet. U betaalt de belastingschuldige altijd ten minste"

TENTH_CLAIM = LetterSpec(
    kind="ten_percent_claim",
    title="Vordering van 10 procent",
    subject="Aparte vordering van 10 procent op het inkomen van uw werknemer of uitkeringsgerechtigde",
    recipient=Recipient.EMPLOYER,
    blocks={
        "duty": "U bent verplicht om vanaf de eerstvolgende betaling van loon, uitkering of pensioen elke maand"
        " {claimable} aan ons over te maken. Vermeld altijd {reference}.",
        "exempt": _LEFT_BY_TENTH + " {exempt} per maand.",
        "besides": "Hebt u van ons ook een andere vordering op dit inkomen? Die blijft gelden.",
        "lasts": "De vordering geldt vanaf {dated} tot de hele schuld is betaald. U krijgt bericht als u mag stoppen.",
    },
    required=frozenset({"duty", "exempt", "lasts", "amounts", "payment"}),
    pays=True,
    names_debtor=True,
    legal_basis=("artikel 19 Invorderingswet 1990", "artikel 3.2 Leidraad invordering gemeente Veere"),
    norms=("VEERE-3.2-a", "VEERE-3.2-b", "VEERE-3.1-c", "VEERE-3.1-d", "VEERE-3.1-e"),
)

NEW_AMOUNT = LetterSpec(
    kind="wage_claim_new_amount",
    title="Nieuw bedrag loonvordering",
    subject="Het bedrag van de vordering verandert",
    recipient=Recipient.EMPLOYER,
    blocks={
        "new": "De beslagvrije voet is opnieuw berekend: {exempt} per maand. Maak vanaf de eerstvolgende betaling elke"
        " maand {claimable} aan ons over.",
    },
    required=frozenset({"new"}),
    names_debtor=True,
    norms=("VEERE-3.1-h",),
)

TENTH_NEW_AMOUNT = LetterSpec(
    kind="ten_percent_new_amount",
    title="Nieuw bedrag vordering van 10 procent",
    subject="Het bedrag van de vordering van 10 procent verandert",
    recipient=Recipient.EMPLOYER,
    blocks={
        "new": "Maak vanaf de eerstvolgende betaling elke maand {claimable} aan ons over voor de aparte vordering van"
        " 10 procent.",
        "exempt": _LEFT_BY_TENTH + " {exempt} per maand.",
    },
    required=frozenset({"new", "exempt"}),
    names_debtor=True,
    norms=("VEERE-3.1-h", "VEERE-3.2-b"),
)

ANSWER = LetterSpec(
    kind="exempt_income_answer",
    title="Bericht over de beslagvrije voet",
    subject="Uw beslagvrije voet",
    blocks={
        "new": "Wij hebben uw beslagvrije voet opnieuw berekend. Van uw inkomen van {income} per maand blijft altijd"
        " {exempt} voor u. Naar ons gaat {claimable} per maand.",
        "contest": "Klopt dit niet? Neem dan contact met ons op.",
    },
    required=frozenset({"new"}),
    legal_basis=("artikel 3.1 Leidraad invordering gemeente Veere",),
    norms=("VEERE-3.1-h", "VEERE-3.1-j"),
)

TENTH_ANSWER = LetterSpec(
    kind="ten_percent_answer",
    title="Bericht over de vordering van 10 procent",
    subject="Uw beslagvrije voet en de vordering van 10 procent",
    blocks={
        "new": "Wij hebben uw beslagvrije voet opnieuw berekend: {computed} per maand. Door de aparte vordering van 10"
        " procent gaat {claimable} per maand naar ons. Van uw inkomen van {income} per maand blijft altijd {exempt}"
        " voor u.",
        "contest": "Klopt dit niet? Neem dan contact met ons op.",
    },
    required=frozenset({"new"}),
    legal_basis=("artikel 3.2 Leidraad invordering gemeente Veere",),
    norms=("VEERE-3.1-h", "VEERE-3.1-j", "VEERE-3.2-b"),
)

KEPT = LetterSpec(
    kind="exempt_income_kept",
    title="Beslissing op het bezwaar tegen de beslagvrije voet",
    subject="Het bedrag dat u overhoudt, blijft gelijk",
    blocks={
        "kept": "U bent het niet eens met het bedrag dat u elke maand overhoudt. Wij hebben dat bekeken. Het bedrag"
        " blijft gelijk: van uw inkomen van {income} per maand blijft altijd {exempt} voor u.",
        "why": "De reden is: {why}",
        "change": "Verandert uw inkomen, uw huishouden of uw woning? Meld het ons. Dan rekenen wij opnieuw.",
    },
    required=frozenset({"kept", "why"}),
    legal_basis=("artikel 3.1 Leidraad invordering gemeente Veere",),
    norms=("VEERE-3.1-j",),
)

REMINDER_TO_PAYER = LetterSpec(
    kind="wage_claim_reminder",
    title="Herinnering aan de werkgever",
    subject="Wij hebben geen afdracht ontvangen",
    recipient=Recipient.EMPLOYER,
    blocks={
        "missing": "Volgens onze vordering van {sent_on} maakt u elke maand {claimable} aan ons over. Uiterlijk"
        " {expected_on} moest er geld binnen zijn. Dat is niet gebeurd. Maak het bedrag alsnog over en vermeld"
        " {reference}.",
    },
    required=frozenset({"missing"}),
    names_debtor=True,
    norms=("VEERE-3.1-e",),
)

SUSPENDED = LetterSpec(
    kind="wage_claim_suspended",
    title="Schorsing van de loonvordering",
    subject="De vordering van {sent_on} staat stil",
    recipient=Recipient.EMPLOYER,
    blocks={
        "suspended": "De vordering van {sent_on} staat vanaf vandaag stil. Houd niets meer in voor ons en betaal alles"
        " aan de belastingschuldige.",
        "later": "Onze vordering blijft bestaan. U krijgt bericht als zij weer geldt, of als zij vervalt.",
    },
    required=frozenset({"suspended", "later"}),
    names_debtor=True,
    norms=("VEERE-4.13.1-a",),
)

RESUMED = LetterSpec(
    kind="wage_claim_resumed",
    title="Einde van de schorsing van de loonvordering",
    subject="De vordering van {sent_on} geldt weer",
    recipient=Recipient.EMPLOYER,
    blocks={
        "resumed": "De vordering van {sent_on} stond stil vanaf {suspended_on}. Dat is voorbij. Maak vanaf de"
        " eerstvolgende betaling weer elke maand {claimable} aan ons over. U betaalt de belastingschuldige altijd ten"
        " minste {exempt} per maand.",
    },
    required=frozenset({"resumed"}),
    names_debtor=True,
    norms=("VEERE-3.1-b", "VEERE-3.1-g"),
)

ENDED = LetterSpec(
    kind="wage_claim_ended",
    title="Einde van de loonvordering",
    subject="De vordering van {sent_on} stopt",
    recipient=Recipient.EMPLOYER,
    blocks={
        "ended": "De vordering van {sent_on} stopt vandaag. Betaal vanaf nu weer alles aan de belastingschuldige.",
        "paid_already": "Maakt u toch nog geld over? Dan geven wij dat terug aan de belastingschuldige.",
    },
    required=frozenset({"ended"}),
    names_debtor=True,
    norms=("VEERE-3.1-m",),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WageClaim:
    """One claim on one payer. `waits_until`: last day before it is sent. `next_by`: last day of a remittance.

    `exempt`: what stays free of all claims, in euro a month. `months`: those that were remitted or missed, the oldest
    first. `suspended_on`: since when it stands still, on the norms `suspended_by`.
    """

    procedure: ClassVar[str] = "wage_claim"

    third_party: str
    ten_percent: bool
    tracks: tuple[str, ...]
    income: Money
    exempt: Money
    claimable: Money
    pay_day: int
    announced_on: date
    contest_until: date
    waits_until: date | None
    sent_on: date | None = None
    next_by: date | None = None
    suspended_on: date | None = None
    suspended_by: tuple[str, ...] = ()
    months: tuple[PayMonth, ...] = ()

    @property
    def instance(self) -> str:
        """The name of this claim among others on the debt."""
        return _instance(self.third_party, self.ten_percent)


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """May the claim be made, changed, contested, booked or stopped?"""
    match command:
        case AnnounceWageClaim():
            return _announce(command, debt, ctx)
        case ClaimTenPercent():
            return _no_tenth(command, debt, ctx) or _announce(command, debt, ctx)
        case RecomputeExemptIncome():
            return _recompute(command, debt, ctx)
        case ContestExemptIncome():
            return _contest(command, debt, ctx)
        case RegisterWageRemittance():
            return _remit(command, debt, ctx)
        case StopWageClaim():
            claim = _claim(debt, command.third_party, command.ten_percent)
            if claim is None:
                return _no_claim()
            ended = _ended(claim, debt, ctx, command.reason, ("VEERE-3.1-l", "VEERE-3.1-m"))
            if claim.sent_on is None or ctx.law.reading("renewed_order_after_claim") != "always":
                return [ended]
            short = [t for t in claim.tracks if debt.open_of(t).total > 0]
            return [ended, *(ClaimFellShort(on=ctx.today, track=track) for track in short)]
        case _:
            raise TypeError(f"a wage claim does not decide {type(command).__name__}")


def claimable(income: Decimal, exempt: Decimal, law: Rulebook) -> tuple[Decimal, Decimal]:
    """How much of `income` may be claimed a month, and what stays exempt? In euro. VEERE-3.1-g, VEERE-3.1-i.

    An exempt part that reaches the income becomes 95 percent of it; by the reading `exempt_at_most` it is never more.
    """
    most = cents(income * int(law.reading("exempt_percentage")) / 100)
    literal = law.reading("exempt_at_most") == "when_reaching_income"
    left = most if (exempt >= income if literal else exempt > most) else exempt
    return income - left, left


def ten_percent(income: Decimal, exempt: Decimal, law: Rulebook) -> Decimal:
    """How much is the separate claim on a repeat late payer? 10 percent of the lower of both, in euro. VEERE-3.2-b."""
    return cents(min(income, exempt) * int(law.reading("repeat_late_payer_percentage")) / 100)


def _no_tenth(command: ClaimTenPercent, debt: Debt, ctx: Context) -> Refusal | None:
    """Why may no 10 percent be claimed? VEERE-3.2-a; Leidraad Invordering 2008, 19.1.7 under a, b and c."""
    law = ctx.law
    if not is_repeat_late_payer(debt, ctx):
        debts, months = law.reading("repeat_late_payer_debts"), law.reading("repeat_late_payer_months")
        text = (
            f"Geen notoire wanbetaler: er zijn geen {debts} aanslagen die {months} maanden na de vervaldag openstaan"
            " en niet stilstaan door uitstel, regeling of insolventie."
        )
        return Refusal("no_repeat_late_payer", text, ("VEERE-3.2-a",))
    if law.reading("repeat_late_payer_means") == "known" and not command.means_known:
        text = (
            "De vordering van 10 procent mag alleen als bekend is dat de belastingschuldige genoeg vermogen of"
            " betalingscapaciteit heeft, en dus geen recht op uitstel of kwijtschelding. Leg dat vast in means_known."
        )
        return Refusal("means_not_known", text, ("VEERE-3.2-a",))
    return None


def is_repeat_late_payer(debt: Debt, ctx: Context) -> bool:
    """Has the debtor more assessments unpaid, long enough after their last due date? VEERE-3.2-a, art. 19(2) IW.

    What need not be paid now does not count. Reading `repeat_late_payer_rests`.
    """
    months = int(ctx.law.reading("repeat_late_payer_months"))
    all_count = ctx.law.reading("repeat_late_payer_rests") == "counts"
    late = {
        d.debt
        for d in ctx.facts.open_debts
        if add_months(d.last_due or d.due, months) <= ctx.today and (all_count or not d.rests)
    } - {debt.debt}
    to_pay = debt.open.total > 0 if all_count else allowed_tracks(debt, ctx.law, Measure.REMINDER, ctx.today)
    if to_pay and add_months(debt.last_due, months) <= ctx.today:
        late.add(debt.debt)
    return len(late) >= int(ctx.law.reading("repeat_late_payer_debts"))


@dataclass(frozen=True, slots=True)
class _Running:
    """What claims on one payer take a month, in euro: the ordinary ones and that of 10 percent. `debts`: whose."""

    ordinary: Decimal = ZERO
    tenth: Decimal = ZERO
    debts: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.ordinary + self.tenth


def _running_elsewhere(third_party: str, debt: Debt, ctx: Context) -> _Running:
    """What do the debtor's other debts claim of this payer? VEERE-3.1-g."""
    claims = [(d.debt, c) for d in ctx.facts.open_debts for c in d.claims if d.debt != debt.debt]
    here = [(d, c) for d, c in claims if c.third_party == third_party]
    return _Running(
        sum((c.monthly for _, c in here if not c.ten_percent), ZERO),
        sum((c.monthly for _, c in here if c.ten_percent), ZERO),
        tuple(sorted({d for d, _ in here})),
    )


def _running(third_party: str, debt: Debt, ctx: Context) -> _Running:
    """What do all the debtor's debts claim of this payer? VEERE-3.1-g."""
    rest = _running_elsewhere(third_party, debt, ctx)
    own = [c for tenth in (False, True) if (c := _claim(debt, third_party, tenth))]
    return _Running(
        rest.ordinary + sum((c.claimable for c in own if not c.ten_percent), ZERO),
        rest.tenth + sum((c.claimable for c in own if c.ten_percent), ZERO),
        tuple(sorted({*rest.debts, *(debt.debt for _ in own)})),
    )


def _share(income: Decimal, exempt: Decimal, tenth: bool, running: _Running, law: Rulebook) -> tuple[Decimal, Decimal]:
    """How much may one more claim take a month beside those that run, and what stays free of all? In euro.

    All ordinary claims on a payer share what exceeds the exempt part. With the 10 percent, all together take no more
    than what exceeds it and the 10 percent: 80 of an income of 800. VEERE-3.1-g, VEERE-3.1-i, VEERE-3.2-b.
    """
    most, left = claimable(income, exempt, law)
    of_exempt = ten_percent(income, exempt, law)
    with_tenth = max(income - exempt, ZERO) + of_exempt
    if tenth:
        return max(min(of_exempt, with_tenth - running.total), ZERO), income - with_tenth
    amount = most - running.ordinary
    if running.tenth:
        amount = min(amount, with_tenth - running.total)
    return max(amount, ZERO), left


def _announce(command: AnnounceWageClaim | ClaimTenPercent, debt: Debt, ctx: Context) -> Outcome:
    """Is there a payer of periodic income, is the served writ unpaid, and is there something left to claim?

    VEERE-3.1-a, VEERE-3.1-f, VEERE-3.1-g, VEERE-2.5-a.
    """
    tenth = isinstance(command, ClaimTenPercent)
    payers = [t for t in ctx.facts.debtor.third_parties if t.third_party == command.third_party and t.income]
    if not payers:
        text = f"Van {command.third_party} is geen loon, uitkering of pensioen van de belastingschuldige vastgelegd."
        return Refusal("no_periodic_income", text, ("VEERE-3.1-a", "VEERE-2.6-a"))
    tracks = allowed_tracks(debt, ctx.law, Measure.WAGE_CLAIM, ctx.today)
    if not tracks:
        barrier = forbidding(debt, ctx.law, Measure.WAGE_CLAIM, ctx.today, debt.terms[0].track)
        return refused(barrier, Measure.WAGE_CLAIM) if barrier else Refusal("nothing_open", "Er staat niets open.")
    if _claim(debt, command.third_party, tenth):
        return Refusal("claim_runs", "Deze vordering loopt al.", ("VEERE-3.1-d",))
    running = _running(command.third_party, debt, ctx)
    share, left = _share(command.income, command.exempt, tenth, running, ctx.law)
    if share <= 0 or (tenth and running.tenth):
        return _nothing_to_claim(command.third_party, running, tenth)
    waits_until = ctx.law.last_day("wage_claim_announced", ctx.today)
    contest_until = ctx.law.last_day("contest_exempt_income", ctx.today)
    open_ = sum((debt.open_of(t).total for t in tracks), ZERO)
    amount = min(share, open_)
    announced = WageClaimAnnounced(
        on=ctx.today,
        instance=_instance(command.third_party, tenth),
        norms=("VEERE-3.2-a", "VEERE-3.2-b", "VEERE-3.1-f")
        if tenth
        else ("VEERE-3.1-a", "VEERE-3.1-f", "VEERE-3.1-g", "VEERE-3.1-h", "VEERE-3.1-i"),
        third_party=command.third_party,
        ten_percent=tenth,
        tracks=tuple(tracks),
        income=command.income,
        exempt=left,
        claimable=amount,
        pay_day=command.pay_day,
        waits_until=waits_until,
        contest_until=contest_until,
        computed=command.exempt,
        living_situation=command.living_situation,
        housing_situation=command.housing_situation,
        computed_on=command.computed_on,
        letter=(TENTH_ANNOUNCEMENT if tenth else ANNOUNCEMENT).compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=(AmountLine(label="Nog te betalen", amount=open_),),
            starts_on=waits_until + timedelta(days=1),
            income=command.income,
            exempt=left,
            claimable=amount,
            contest_until=contest_until,
            **_special(command.exempt, tenth),
        ),
    )
    return [announced]


def _special(exempt: Decimal, tenth: bool) -> dict[str, Any]:
    """The fact that only the letters about the 10 percent say: what the exempt part is of which it is taken."""
    return {"computed": exempt} if tenth else {}


def _nothing_to_claim(third_party: str, running: _Running, tenth: bool) -> Refusal:
    norms = ("VEERE-3.2-b", "VEERE-3.1-g") if tenth else ("VEERE-3.1-g",)
    if not running.debts:
        return Refusal("nothing_to_claim", "Van dit inkomen mag niets worden gevorderd.", norms)
    text = (
        f"Van {third_party} wordt al {dutch_euro(running.total)} per maand gevorderd, voor"
        f" {dutch_list(running.debts)}. Meer mag niet van dit inkomen. Is het inkomen veranderd? Bereken de"
        " beslagvrije voet daar opnieuw."
    )
    return Refusal("nothing_to_claim", text, norms)


def end_term(claim: WageClaim, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Was the debtor told long enough ago? Did the payer remit this month? VEERE-3.1-c, VEERE-3.1-e.

    A suspended claim wakes on the first day on which it would be allowed.
    """
    if claim.suspended_on is not None:
        return [_resumed(claim, claim.suspended_on, debt, ctx)]
    expected = _expected(claim, debt, ctx)
    if claim.sent_on is None:
        next_by = _next_by(ctx.today, claim.pay_day, ctx.law)
        return [
            WageClaimSent(
                on=ctx.today,
                instance=claim.instance,
                norms=(
                    "VEERE-3.1-c",
                    "VEERE-3.1-d",
                    "VEERE-3.1-e",
                    "VEERE-3.2-a" if claim.ten_percent else "VEERE-3.1-g",
                ),
                third_party=claim.third_party,
                claimable=expected,
                next_by=next_by,
                letter=(TENTH_CLAIM if claim.ten_percent else CLAIM).compose(
                    dated=ctx.today,
                    reference=debt.debt,
                    amounts=(
                        AmountLine(label="Te vorderen, ten hoogste", amount=_collectable(claim, debt, ctx).total),
                    ),
                    claimable=expected,
                    exempt=claim.exempt,
                ),
            )
        ]
    question = Question(
        task=f"remittance_missing:{claim.instance}",
        kind="remittance_missing",
        question=f"{claim.third_party} heeft {dutch_euro(expected)} niet afgedragen. Vordering stopzetten?",
        norms=("VEERE-3.1-b", "VEERE-3.1-e"),
        answers=("stop_wage_claim",),
        opened_on=ctx.today,
    )
    next_by = _next_by(ctx.today, claim.pay_day, ctx.law)
    missing = WageRemittanceMissing(
        on=ctx.today,
        instance=claim.instance,
        norms=("VEERE-3.1-b", "VEERE-3.1-e"),
        third_party=claim.third_party,
        next_by=_first_unpaid(next_by, claim.months, claim.pay_day, ctx.law),
        month=PayMonth(term.last_day, expected),
        letter=REMINDER_TO_PAYER.compose(
            dated=ctx.today,
            reference=debt.debt,
            sent_on=claim.sent_on,
            claimable=expected,
            expected_on=term.last_day,
        ),
    )
    return [missing, QuestionAsked(on=ctx.today, norms=question.norms, question=question)]


def _recompute(command: RecomputeExemptIncome, debt: Debt, ctx: Context) -> Outcome:
    """What is exempt now? The payer and the debtor are told, and so are the other debts. VEERE-3.1-h, VEERE-3.1-j."""
    claims = [c for tenth in (False, True) if (c := _claim(debt, command.third_party, tenth))]
    if not claims:
        return _no_claim()
    running = _running_elsewhere(command.third_party, debt, ctx)
    others = () if command.by == "engine" else running.debts
    events: list[Event] = []
    for claim in claims:
        share, left = _share(command.income, command.exempt, claim.ten_percent, running, ctx.law)
        changed = replace(
            claim, income=command.income, exempt=left, claimable=max(min(share, _owed(claim, debt)), ZERO)
        )
        events += _recomputed(changed, command, others, debt, ctx)
        running, others = replace(running, ordinary=running.ordinary + changed.claimable), ()
    return events


def _recomputed(
    claim: WageClaim, command: RecomputeExemptIncome, others: tuple[str, ...], debt: Debt, ctx: Context
) -> list[Event]:
    tenth = claim.ten_percent
    wakes = claim.next_by is not None and claim.next_by < ctx.today
    answer = (TENTH_ANSWER if tenth else ANSWER).compose(
        dated=ctx.today,
        reference=debt.debt,
        income=claim.income,
        exempt=claim.exempt,
        claimable=claim.claimable,
        **_special(command.exempt, tenth),
    )
    payer = (TENTH_NEW_AMOUNT if tenth else NEW_AMOUNT).compose(
        dated=ctx.today,
        reference=debt.debt,
        exempt=claim.exempt,
        claimable=_expected(claim, debt, ctx),
    )
    return [
        ExemptIncomeRecomputed(
            on=ctx.today,
            instance=claim.instance,
            norms=("VEERE-3.1-h", "VEERE-3.2-b" if tenth else "VEERE-3.1-i"),
            third_party=claim.third_party,
            income=command.income,
            exempt=claim.exempt,
            claimable=claim.claimable,
            computed=command.exempt,
            living_situation=command.living_situation,
            housing_situation=command.housing_situation,
            computed_on=command.computed_on,
            next_by=_next_by(ctx.today, claim.pay_day, ctx.law) if wakes else claim.next_by,
            others=others,
            letter=payer if claim.sent_on else None,
        ),
        ExemptIncomeAnswered(on=ctx.today, instance=claim.instance, norms=("VEERE-3.1-j",), letter=answer),
    ]


def _everywhere(event: ExemptIncomeRecomputed, debt: Debt) -> Iterable[Command]:
    """The exempt income is one for the payer: the debtor's other debts that claim of it compute anew too."""
    if event.computed is None or event.computed_on is None or not event.living_situation or not event.housing_situation:
        return
    for other in event.others:
        yield RecomputeExemptIncome(
            debt=other,
            by="engine",
            role=Role.COLLECTION_OFFICER,
            reason=f"Herberekend bij {debt.debt}",
            third_party=event.third_party,
            income=event.income,
            exempt=event.computed,
            living_situation=event.living_situation,
            housing_situation=event.housing_situation,
            computed_on=event.computed_on,
        )


def _contest(command: ContestExemptIncome, debt: Debt, ctx: Context) -> Outcome:
    """Does the debtor contest within four weeks? A late complaint is put to the officer too. VEERE-3.1-j."""
    claims = [c for tenth in (False, True) if (c := _claim(debt, command.third_party, tenth))]
    if not claims:
        return _no_claim()
    claim = max(claims, key=lambda c: c.contest_until)
    late = command.received_on > claim.contest_until
    question = Question(
        task=f"{_CONTESTED}{claim.third_party}",
        kind="recompute_exempt_income",
        question=f"Bezwaar tegen de beslagvrije voet ({'te laat' if late else 'op tijd'}). Herberekenen? Zo niet: uw"
        " reden komt in de brief aan de belastingschuldige.",
        norms=("VEERE-3.1-j",),
        answers=("recompute_exempt_income",),
        opened_on=ctx.today,
    )
    return [
        ExemptIncomeContested(on=ctx.today, instance=claim.instance, received_on=command.received_on, late=late),
        QuestionAsked(on=ctx.today, norms=question.norms, question=question),
    ]


_CONTESTED = "recompute_exempt_income:"
"""The question about a contested exempt income is named so, with the payer."""


def _kept(event: QuestionAnswered, claim: WageClaim, debt: Debt, ctx: Context) -> ExemptIncomeKept:
    """The exempt income stays as it is: the debtor hears why. VEERE-3.1-j."""
    why = f"{event.reason.rstrip('.')}."
    told = KEPT.compose(dated=ctx.today, reference=debt.debt, income=claim.income, exempt=claim.exempt, why=why)
    return ExemptIncomeKept(on=ctx.today, instance=claim.instance, norms=("VEERE-3.1-j",), why=why, letter=told)


def _remit(command: RegisterWageRemittance, debt: Debt, ctx: Context) -> Outcome:
    """How much may be booked? Not the exempt part, nor what is deferred, nor what comes after the end.

    VEERE-3.1-g, VEERE-3.1-k, VEERE-3.1-m, VEERE-4.9.1-d.
    """
    claim = _claim(debt, command.third_party, command.ten_percent)
    if claim is None or claim.sent_on is None:
        return [_refund(command.amount, "Er loopt geen vordering.", ("VEERE-3.1-m",), ctx)]
    collectable = _collectable(claim, debt, ctx)
    if collectable.total <= 0:
        norms = ("VEERE-3.1-m", *(n for barrier in _against(claim, debt, ctx) for n in barrier.norms))
        return [_refund(command.amount, "De vordering rust.", tuple(dict.fromkeys(norms)), ctx)]
    month = _month(command.value_date, claim, debt, ctx)
    expected = min(month.lacks, collectable.total)
    filled = _filled(min(command.amount, collectable.total), command.value_date, month, claim, ctx.law)
    before = {m.by: m for m in (*claim.months, month)}
    booked = sum((m.booked - before[m.by].booked for m in filled), ZERO)
    asked = min(sum((before[m.by].lacks for m in filled), ZERO), collectable.total)
    months = _merged(claim.months, filled)
    next_by = _first_unpaid(claim.next_by or month.by, months, claim.pay_day, ctx.law)
    events: list[Event] = []
    if booked:
        events.append(
            PaymentBooked(
                on=command.value_date,
                norms=("VEERE-3.1-b", "VEERE-4-a"),
                paid=booked,
                channel="wage_claim",
                label="afdracht van de werkgever",
                parts=collectable.allocate(booked),
                value_date=command.value_date,
            )
        )
    events.append(
        WageRemitted(
            on=command.value_date,
            instance=claim.instance,
            remitted=command.amount,
            expected=expected,
            next_by=next_by,
            months=filled,
        )
    )
    if command.amount > booked:
        excess = command.amount - booked
        events.append(_refund(excess, "Meer dan gevorderd mocht worden.", ("VEERE-3.1-g", "VEERE-3.1-k"), ctx))
    if command.amount < asked and any(m.by == month.by for m in filled):
        events.append(_short(command.amount, asked, claim, ctx))
    return events


def _short(amount: Decimal, asked: Decimal, claim: WageClaim, ctx: Context) -> QuestionAsked:
    """The officer is told of a short payment. VEERE-3.1-b."""
    question = Question(
        task=f"remittance_short:{claim.instance}",
        kind="remittance_short",
        question=f"{claim.third_party} droeg {dutch_euro(amount)} af in plaats van {dutch_euro(asked)}. Gezien?",
        norms=("VEERE-3.1-b",),
        answers=("stop_wage_claim", "recompute_exempt_income"),
        opened_on=ctx.today,
    )
    return QuestionAsked(on=ctx.today, norms=question.norms, question=question)


def _month(value_date: date, claim: WageClaim, debt: Debt, ctx: Context) -> PayMonth:
    """For which month of the income does money of `value_date` come: that of the first last day that is not over?

    Months before the first that the claim waited for are not claimed.
    """
    pay_days = (day_of_month(add_months(value_date, n), claim.pay_day) for n in (-1, 0, 1))
    last_days = (ctx.law.last_day("wage_remittance", pays_on) for pays_on in pay_days)
    by = next(last for last in last_days if last >= value_date)
    known = {m.by: m for m in claim.months}
    if by not in known and claim.next_by is not None:
        by = max(by, claim.next_by)
    due = _expected(claim, debt, ctx)
    month = known.get(by, PayMonth(by, due))
    return replace(month, due=min(month.due, claim.claimable))


def _filled(amount: Decimal, on: date, this: PayMonth, claim: WageClaim, law: Rulebook) -> tuple[PayMonth, ...]:
    """Which months does it fill, and how far? What is more than that goes back. VEERE-3.1-b, VEERE-3.1-g.

    Before the pay day it is first for what earlier months lack, from that day on for the month itself.
    """
    earlier = [m for m in claim.months if m.by < this.by and m.lacks]
    before = _next_by(on, claim.pay_day, law) <= this.by
    filled = []
    for month in [*earlier, this] if before else [this, *earlier]:
        part = min(amount, month.lacks)
        if part > 0:
            filled.append(replace(month, booked=month.booked + part))
            amount -= part
    return tuple(filled)


def _merged(months: Iterable[PayMonth], changed: Iterable[PayMonth]) -> tuple[PayMonth, ...]:
    by_day: Mapping[date, PayMonth] = {m.by: m for m in (*months, *changed)}
    return tuple(by_day[day] for day in sorted(by_day))


def _first_unpaid(next_by: date, months: Iterable[PayMonth], pay_day: int, law: Rulebook) -> date:
    """Last day of the first month, from that of `next_by` on, for which nothing came yet."""
    paid = {m.by for m in months if m.booked}
    while next_by in paid:
        next_by = _next_by(next_by, pay_day, law)
    return next_by


def _refund(amount: Decimal, why: str, norms: tuple[str, ...], ctx: Context) -> RefundDue:
    return RefundDue(on=ctx.today, norms=norms, refund=amount, came_by="wage_claim", why=why)


def _ended(claim: WageClaim, debt: Debt, ctx: Context, why: str, norms: tuple[str, ...]) -> WageClaimEnded:
    letter = ENDED.compose(dated=ctx.today, reference=debt.debt, sent_on=claim.sent_on) if claim.sent_on else None
    return WageClaimEnded(
        on=ctx.today, instance=claim.instance, norms=norms, third_party=claim.third_party, why=why, letter=letter
    )


def _suspended(claim: WageClaim, barrier: Barrier, debt: Debt, ctx: Context) -> WageClaimSuspended:
    """The claim stays but sleeps, and the payer is told. VEERE-4.9.1-d, VEERE-4.13.1-a."""
    letter = SUSPENDED.compose(dated=ctx.today, reference=debt.debt, sent_on=claim.sent_on)
    return WageClaimSuspended(
        on=ctx.today, instance=claim.instance, norms=barrier.norms, third_party=claim.third_party, letter=letter
    )


def _resumed(claim: WageClaim, suspended_on: date, debt: Debt, ctx: Context) -> WageClaimResumed:
    return WageClaimResumed(
        on=ctx.today,
        instance=claim.instance,
        norms=("VEERE-3.1-b", *claim.suspended_by),
        third_party=claim.third_party,
        next_by=_next_by(ctx.today, claim.pay_day, ctx.law),
        letter=RESUMED.compose(
            dated=ctx.today,
            reference=debt.debt,
            sent_on=claim.sent_on,
            suspended_on=suspended_on,
            claimable=_expected(claim, debt, ctx),
            exempt=claim.exempt,
        ),
    )


def _expected(claim: WageClaim, debt: Debt, ctx: Context) -> Decimal:
    """How much must the payer remit a month? In euro: never more than what may be collected now. VEERE-3.1-b."""
    return max(min(claim.claimable, _collectable(claim, debt, ctx).total), ZERO)


def _collectable(claim: WageClaim, debt: Debt, ctx: Context) -> Balance:
    """What is open of the claimed parts and may be collected today? VEERE-3.1-k, VEERE-4.9.1-d, VEERE-4.9.3-f."""
    now = [t for t in claim.tracks if not forbidding(debt, ctx.law, Measure.WAGE_CLAIM, ctx.today, t)]
    return sum((debt.open_of(t) for t in now), Balance())


def _owed(claim: WageClaim, debt: Debt) -> Decimal:
    return sum((debt.open_of(t).total for t in claim.tracks), ZERO)


def _against(claim: WageClaim, debt: Debt, ctx: Context) -> tuple[Barrier, ...]:
    """What forbids to collect each claimed part that is open? Empty: one of them may be collected, or none is open."""
    found = [forbidding(debt, ctx.law, Measure.WAGE_CLAIM, ctx.today, track) for track in _open_tracks(claim, debt)]
    barriers = tuple(barrier for barrier in found if barrier is not None)
    return barriers if len(barriers) == len(found) else ()


def _open_tracks(claim: WageClaim, debt: Debt) -> list[str]:
    return [t for t in claim.tracks if debt.open_of(t).total > 0]


def _next_by(after: date, pay_day: int, law: Rulebook) -> date:
    """Until when may the remittance of the first pay day after `after` arrive?"""
    pays_on = day_of_month(after, pay_day)
    if pays_on <= after:
        pays_on = day_of_month(add_months(after, 1), pay_day)
    return law.last_day("wage_remittance", pays_on)


def _claim(debt: Debt, third_party: str, tenth: bool) -> WageClaim | None:
    state = debt.procedures.get(f"wage_claim:{_instance(third_party, tenth)}")
    return state if isinstance(state, WageClaim) else None


def _instance(third_party: str, tenth: bool) -> str:
    return f"{third_party}-10" if tenth else third_party


def _no_claim() -> Refusal:
    return Refusal("no_such_claim", "Op deze betaler loopt geen loonvordering.", ("VEERE-3.1-a",))


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(claim: WageClaim | None, event: Event) -> WageClaim | None:
    """Where the claim stands after `event`."""
    if isinstance(event, WageClaimAnnounced):
        return WageClaim(
            third_party=event.third_party,
            ten_percent=event.ten_percent,
            tracks=event.tracks,
            income=event.income,
            exempt=event.exempt,
            claimable=event.claimable,
            pay_day=event.pay_day,
            announced_on=event.on,
            contest_until=event.contest_until,
            waits_until=event.waits_until,
        )
    if claim is None:
        return None
    match event:
        case WageClaimSent():
            return replace(claim, waits_until=None, sent_on=event.on, next_by=event.next_by)
        case WageRemitted():
            return replace(claim, next_by=event.next_by, months=_merged(claim.months, event.months))
        case WageRemittanceMissing():
            missed = () if event.month is None else (event.month,)
            return replace(claim, next_by=event.next_by, months=_merged(claim.months, missed))
        case ExemptIncomeRecomputed():
            return replace(
                claim,
                income=event.income,
                exempt=event.exempt,
                claimable=event.claimable,
                next_by=event.next_by or claim.next_by,
            )
        case WageClaimSuspended():
            return replace(claim, suspended_on=event.on, suspended_by=event.norms)
        case WageClaimResumed():
            return replace(claim, suspended_on=None, suspended_by=(), next_by=event.next_by)
        case WageClaimEnded():
            return None
        case _:
            return claim


# -- terms --------------------------------------------------------------------------------------------------------


def terms(claim: WageClaim, debt: Debt) -> Iterable[Term]:
    """When is the claim sent, and until when may this month's remittance arrive? Both wait while a barrier stands
    against every part of the debt that is claimed: each part has a term, and the first that may goes.
    """
    if claim.suspended_on is not None:
        norms = claim.suspended_by or ("VEERE-4.13.1-a",)
        what, last_day, text = "resumes", claim.suspended_on, "schorsing van de loonvordering"
    elif claim.waits_until is not None:
        norms, text = ("VEERE-3.1-f",), "vooraankondiging loonvordering, art. 19 IW"
        what, last_day = "announced", claim.waits_until
    elif claim.next_by is not None and claim.claimable > 0:
        norms, text = ("VEERE-3.1-b",), "afdracht van de werkgever, art. 19 IW"
        what, last_day = "remits", claim.next_by
    else:
        return
    for track in _open_tracks(claim, debt):
        part = f":{track}" if len(claim.tracks) > 1 else ""
        yield Term(f"wage_claim:{claim.instance}.{what}{part}", last_day, norms, text, track, Measure.WAGE_CLAIM)


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """The claim ends when its part of the debt is paid, and lapses or stands still when another procedure says so.

    VEERE-3.1-k, VEERE-4.9.1-d. Whoever contested the exempt income hears that it stays as it is. VEERE-3.1-j.
    """
    for claim in [s for s in debt.procedures.values() if isinstance(s, WageClaim)]:
        match event:
            case DebtSettled():
                yield _ended(claim, debt, ctx, "De schuld is voldaan.", ("VEERE-3.1-k", "VEERE-3.1-m"))
            case PaymentBooked() | AssessmentReduced() if debt.open.total > 0 and _owed(claim, debt) <= 0:
                yield _ended(claim, debt, ctx, "Het gevorderde is voldaan.", ("VEERE-3.1-k", "VEERE-3.1-m"))
            case RegimeImposed() if event.lapses:
                yield _ended(claim, debt, ctx, event.what, (*event.norms, "VEERE-3.1-m"))
            case QuestionAnswered() if event.task == f"{_CONTESTED}{claim.third_party}":
                if event.ask_again_on is None and event.answer != RecomputeExemptIncome.title:
                    yield _kept(event, claim, debt, ctx)
                    return
            case _ if claim.sent_on is not None and claim.suspended_on is None:
                against = _against(claim, debt, ctx)
                if against and (isinstance(event, _PAID) or _brings(event, against, debt)):
                    yield _suspended(claim, against[0], debt, ctx)


_PAID = (PaymentBooked, AssessmentReduced)
"""With these the part that may be collected can be paid, so that only the rest stays."""


def _brings(event: Event, against: Iterable[Barrier], debt: Debt) -> bool:
    """Is it the procedure of `event` that forbids the claim now? Then this event lays it still, and no other does."""
    procedure = for_event(type(event))
    instance = event.instance or event.track
    state = procedure and debt.procedures.get(f"{procedure.name}:{instance}" if instance else procedure.name)
    held = installed(state.procedure).barriers(state, debt) if state else ()
    return any(barrier in against for barrier in held)


PROCEDURE = Procedure(
    name="wage_claim",
    title="Loonvordering",
    state=WageClaim,
    commands=(
        AnnounceWageClaim,
        ClaimTenPercent,
        RecomputeExemptIncome,
        ContestExemptIncome,
        RegisterWageRemittance,
        StopWageClaim,
    ),
    events=(
        WageClaimAnnounced,
        WageClaimSent,
        ExemptIncomeContested,
        ExemptIncomeRecomputed,
        ExemptIncomeAnswered,
        ExemptIncomeKept,
        WageRemitted,
        WageRemittanceMissing,
        WageClaimSuspended,
        WageClaimResumed,
        WageClaimEnded,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    follow=follow,
    follows=(Event,),
    status=lambda claim: (
        ("wage_claim", "loonvordering") if claim.sent_on else ("wage_claim_announced", "loonvordering aangekondigd")
    ),
    outlives_debt=True,
    tells={ExemptIncomeRecomputed: _everywhere},
)
