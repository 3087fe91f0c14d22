"""Loonvordering: which part of the debtor's periodic income is claimed from its payer, and is it paid every month?

The officer decides (VEERE-3.1-a); the debtor is told before (VEERE-3.1-f); the exempt income stays free, at most 95
percent of the income (VEERE-3.1-g to 3.1-i); a repeat late payer can be claimed 10 percent of what is exempt besides
(VEERE-3.2). The claim runs beside the ladder, for the parts of the debt that may be collected, until they are paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.barriers import allowed_tracks, forbidding, refused
from domain.debt.events import (
    ClaimFellShort,
    DebtSettled,
    PaymentBooked,
    QuestionAsked,
    RefundDue,
    RegimeImposed,
)
from domain.debt.facts import Context
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import Debt, Measure, Question, Term
from domain.kernel.calendar import add_months, day_of_month
from domain.kernel.dutch import dutch_euro
from domain.kernel.messages import OFFICER, Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import ZERO, Amount, Money, cents
from domain.rulebooks.rulebook import Rulebook

# -- commands -----------------------------------------------------------------------------------------------------


class _ExemptIncome(OfficialCommand):
    """The exempt income (beslagvrije voet) as computed by the statutory rules, with what it rests on."""

    roles: ClassVar = OFFICER - {Role.ENGINE}

    debt: DebtId
    third_party: str = Field(description="the office's number of the payer")
    income: Money = Field(ge=0, description="euro a month, net")
    exempt: Money = Field(ge=0, description="exempt income in euro a month, by the statutory rules")
    living_situation: Literal["single", "single_with_children", "couple", "couple_with_children"]
    housing_situation: Literal["tenant", "owner", "other"]
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

    knows_other_debts: ClassVar = True


class RecomputeExemptIncome(_ExemptIncome):
    """Income or living situation changed, or a complaint was judged: the exempt income is computed anew."""

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
    """The debtor is told of the claim and of the income that stays free."""

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
    """The exempt income was computed anew; the payer is told the new amount."""

    type: ClassVar = "exempt_income.recomputed.v1"
    says: ClassVar = "Beslagvrije voet nu {exempt}: {claimable} per maand te vorderen."
    title: ClassVar = "nieuw bedrag loonvordering"
    immediate: ClassVar = True

    third_party: str
    income: Money
    exempt: Money
    claimable: Money


class ExemptIncomeAnswered(Act):
    """The debtor is told the outcome."""

    type: ClassVar = "exempt_income.answered.v1"
    says: ClassVar = "Belastingschuldige geïnformeerd over de beslagvrije voet."
    title: ClassVar = "bericht over de beslagvrije voet"


class WageRemitted(Event):
    """What the payer remitted for a month, and what was expected."""

    type: ClassVar = "wage_claim.remitted.v1"
    says: ClassVar = "Afdracht van {remitted} ontvangen (verwacht {expected})."
    norms: tuple[str, ...] = ("VEERE-3.1-b",)

    remitted: Money
    expected: Money
    next_by: date

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


class WageClaimSuspended(Act):
    """A regime of the debtor: the claim stays, but the payer withholds nothing for now."""

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
        "exempt": "Van uw inkomen van {income} per maand blijft {exempt} voor u. Dat is uw beslagvrije voet. Elke maand"
        " gaat {claimable} naar ons, tot alles betaald is.",
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

ANSWER = LetterSpec(
    kind="exempt_income_answer",
    title="Bericht over de beslagvrije voet",
    subject="Uw beslagvrije voet",
    blocks={
        "new": "Wij hebben uw beslagvrije voet opnieuw berekend. Van uw inkomen van {income} per maand blijft {exempt}"
        " voor u. Naar ons gaat {claimable} per maand.",
        "contest": "Klopt dit niet? Neem dan contact met ons op.",
    },
    required=frozenset({"new"}),
    legal_basis=("artikel 3.1 Leidraad invordering gemeente Veere",),
    norms=("VEERE-3.1-h", "VEERE-3.1-j"),
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
        " eerstvolgende betaling weer elke maand {claimable} aan ons over. De beslagvrije voet is {exempt} per maand.",
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

    `suspended_on`: since when a regime of the debtor suspends it.
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
            if not is_repeat_late_payer(debt, ctx):
                return _no_repeat_late_payer(ctx.law)
            return _announce(command, debt, ctx)
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


def is_repeat_late_payer(debt: Debt, ctx: Context) -> bool:
    """Has the debtor more assessments unpaid, long enough after their due date? VEERE-3.2-a, art. 19(2) of the Act."""
    months = int(ctx.law.reading("repeat_late_payer_months"))
    late = {d.debt for d in ctx.facts.open_debts if add_months(d.due, months) <= ctx.today}
    if debt.open.total > 0 and add_months(debt.last_due, months) <= ctx.today:
        late.add(debt.debt)
    return len(late) >= int(ctx.law.reading("repeat_late_payer_debts"))


def _announce(command: AnnounceWageClaim | ClaimTenPercent, debt: Debt, ctx: Context) -> Outcome:
    """Is there a payer of periodic income, and is the served writ unpaid? VEERE-3.1-a, VEERE-3.1-f, VEERE-2.5-a."""
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
    amount, left = claimable(command.income, command.exempt, ctx.law)
    if tenth:
        amount, left = ten_percent(command.income, command.exempt, ctx.law), min(command.exempt, command.income)
        left -= amount
    waits_until = ctx.law.last_day("wage_claim_announced", ctx.today)
    contest_until = ctx.law.last_day("contest_exempt_income", ctx.today)
    open_ = sum((debt.open_of(t).total for t in tracks), ZERO)
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
        letter=ANNOUNCEMENT.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=(AmountLine(label="Nog te betalen", amount=open_),),
            starts_on=waits_until + timedelta(days=1),
            income=command.income,
            exempt=left,
            claimable=amount,
            contest_until=contest_until,
        ),
    )
    return [announced]


def end_term(claim: WageClaim, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Was the debtor told long enough ago? Did the payer remit this month? VEERE-3.1-c, VEERE-3.1-e.

    A suspended claim wakes on the first day on which it would be allowed.
    """
    if claim.suspended_on is not None:
        return [_resumed(claim, claim.suspended_on, debt, ctx)]
    if claim.sent_on is None:
        next_by = _next_by(ctx.today, claim.pay_day, ctx.law)
        return [
            WageClaimSent(
                on=ctx.today,
                instance=claim.instance,
                norms=("VEERE-3.1-c", "VEERE-3.1-d", "VEERE-3.1-e", "VEERE-3.1-g"),
                third_party=claim.third_party,
                claimable=claim.claimable,
                next_by=next_by,
                letter=CLAIM.compose(
                    dated=ctx.today,
                    reference=debt.debt,
                    amounts=(AmountLine(label="Te vorderen, ten hoogste", amount=_owed(claim, debt)),),
                    claimable=claim.claimable,
                    exempt=claim.exempt,
                ),
            )
        ]
    question = Question(
        task=f"remittance_missing:{claim.instance}",
        kind="remittance_missing",
        question=f"{claim.third_party} heeft {dutch_euro(claim.claimable)} niet afgedragen. Vordering stopzetten?",
        norms=("VEERE-3.1-b", "VEERE-3.1-e"),
        answers=("stop_wage_claim",),
        opened_on=ctx.today,
    )
    missing = WageRemittanceMissing(
        on=ctx.today,
        instance=claim.instance,
        norms=("VEERE-3.1-b", "VEERE-3.1-e"),
        third_party=claim.third_party,
        next_by=_next_by(ctx.today, claim.pay_day, ctx.law),
        letter=REMINDER_TO_PAYER.compose(
            dated=ctx.today,
            reference=debt.debt,
            sent_on=claim.sent_on,
            claimable=claim.claimable,
            expected_on=term.last_day,
        ),
    )
    return [missing, QuestionAsked(on=ctx.today, norms=question.norms, question=question)]


def _recompute(command: RecomputeExemptIncome, debt: Debt, ctx: Context) -> Outcome:
    """What is exempt now? The payer and the debtor are told. VEERE-3.1-h, VEERE-3.1-j."""
    claim = _claim(debt, command.third_party, False)
    if claim is None:
        return _no_claim()
    amount, left = claimable(command.income, command.exempt, ctx.law)
    told = ANSWER.compose(dated=ctx.today, reference=debt.debt, income=command.income, exempt=left, claimable=amount)
    payer = NEW_AMOUNT.compose(dated=ctx.today, reference=debt.debt, exempt=left, claimable=amount)
    return [
        ExemptIncomeRecomputed(
            on=ctx.today,
            instance=claim.instance,
            norms=("VEERE-3.1-h", "VEERE-3.1-i"),
            third_party=claim.third_party,
            income=command.income,
            exempt=left,
            claimable=amount,
            letter=payer if claim.sent_on else None,
        ),
        ExemptIncomeAnswered(on=ctx.today, instance=claim.instance, norms=("VEERE-3.1-j",), letter=told),
    ]


def _contest(command: ContestExemptIncome, debt: Debt, ctx: Context) -> Outcome:
    """Does the debtor contest within four weeks? A late complaint is put to the officer too. VEERE-3.1-j."""
    claim = _claim(debt, command.third_party, False)
    if claim is None:
        return _no_claim()
    late = command.received_on > claim.contest_until
    question = Question(
        task=f"recompute_exempt_income:{claim.third_party}",
        kind="recompute_exempt_income",
        question=f"Bezwaar tegen de beslagvrije voet ({'te laat' if late else 'op tijd'}). Herberekenen?",
        norms=("VEERE-3.1-j",),
        answers=("recompute_exempt_income",),
        opened_on=ctx.today,
    )
    return [
        ExemptIncomeContested(on=ctx.today, instance=claim.instance, received_on=command.received_on, late=late),
        QuestionAsked(on=ctx.today, norms=question.norms, question=question),
    ]


def _remit(command: RegisterWageRemittance, debt: Debt, ctx: Context) -> Outcome:
    """How much may be booked? Not the exempt part, nor what comes after the end. VEERE-3.1-g, VEERE-3.1-m."""
    claim = _claim(debt, command.third_party, command.ten_percent)
    sleeps = claim and forbidding(debt, ctx.law, Measure.WAGE_CLAIM, ctx.today, claim.tracks[0])
    if claim is None or claim.sent_on is None or sleeps:
        why = "De vordering rust." if sleeps else "Er loopt geen vordering."
        return [_refund(command.amount, why, ("VEERE-3.1-m",), ctx)]
    booked = min(command.amount, claim.claimable, _owed(claim, debt))
    short = command.amount < min(claim.claimable, _owed(claim, debt))
    events: list[Event] = [
        PaymentBooked(
            on=command.value_date,
            norms=("VEERE-3.1-b", "VEERE-4-a"),
            paid=booked,
            channel="wage_claim",
            label="afdracht van de werkgever",
            parts=debt.open.allocate(booked),
            value_date=command.value_date,
        ),
        WageRemitted(
            on=command.value_date,
            instance=claim.instance,
            remitted=command.amount,
            expected=claim.claimable,
            next_by=_next_by(max(command.value_date, claim.next_by or command.value_date), claim.pay_day, ctx.law),
        ),
    ]
    if command.amount > booked:
        excess = command.amount - booked
        events.append(_refund(excess, "Meer dan gevorderd mocht worden.", ("VEERE-3.1-g", "VEERE-3.1-k"), ctx))
    if short:
        question = Question(
            task=f"remittance_short:{claim.instance}",
            kind="remittance_short",
            question=f"{claim.third_party} droeg {dutch_euro(command.amount)} af in plaats van"
            f" {dutch_euro(claim.claimable)}. Gezien?",
            norms=("VEERE-3.1-b",),
            answers=("stop_wage_claim", "recompute_exempt_income"),
            opened_on=ctx.today,
        )
        events.append(QuestionAsked(on=ctx.today, norms=question.norms, question=question))
    return events


def _refund(amount: Decimal, why: str, norms: tuple[str, ...], ctx: Context) -> RefundDue:
    return RefundDue(on=ctx.today, norms=norms, refund=amount, came_by="wage_claim", why=why)


def _ended(claim: WageClaim, debt: Debt, ctx: Context, why: str, norms: tuple[str, ...]) -> WageClaimEnded:
    letter = ENDED.compose(dated=ctx.today, reference=debt.debt, sent_on=claim.sent_on) if claim.sent_on else None
    return WageClaimEnded(
        on=ctx.today, instance=claim.instance, norms=norms, third_party=claim.third_party, why=why, letter=letter
    )


def _suspended(claim: WageClaim, regime: RegimeImposed, debt: Debt, ctx: Context) -> WageClaimSuspended:
    """The claim stays but sleeps, and the payer is told. VEERE-4.13.1-a."""
    letter = SUSPENDED.compose(dated=ctx.today, reference=debt.debt, sent_on=claim.sent_on)
    return WageClaimSuspended(
        on=ctx.today, instance=claim.instance, norms=regime.norms, third_party=claim.third_party, letter=letter
    )


def _resumed(claim: WageClaim, suspended_on: date, debt: Debt, ctx: Context) -> WageClaimResumed:
    return WageClaimResumed(
        on=ctx.today,
        instance=claim.instance,
        norms=("VEERE-3.1-b", "VEERE-4.13.1-a"),
        third_party=claim.third_party,
        next_by=_next_by(ctx.today, claim.pay_day, ctx.law),
        letter=RESUMED.compose(
            dated=ctx.today,
            reference=debt.debt,
            sent_on=claim.sent_on,
            suspended_on=suspended_on,
            claimable=claim.claimable,
            exempt=claim.exempt,
        ),
    )


def _owed(claim: WageClaim, debt: Debt) -> Decimal:
    return sum((debt.open_of(t).total for t in claim.tracks), ZERO)


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


def _no_repeat_late_payer(law: Rulebook) -> Refusal:
    debts, months = law.reading("repeat_late_payer_debts"), law.reading("repeat_late_payer_months")
    text = f"Geen notoire wanbetaler: er zijn geen {debts} aanslagen die {months} maanden na de vervaldag openstaan."
    return Refusal("no_repeat_late_payer", text, ("VEERE-3.2-a",))


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
        case WageRemitted() | WageRemittanceMissing():
            return replace(claim, next_by=event.next_by)
        case ExemptIncomeRecomputed():
            return replace(claim, income=event.income, exempt=event.exempt, claimable=event.claimable)
        case WageClaimSuspended():
            return replace(claim, suspended_on=event.on)
        case WageClaimResumed():
            return replace(claim, suspended_on=None, next_by=event.next_by)
        case WageClaimEnded():
            return None
        case _:
            return claim


# -- terms --------------------------------------------------------------------------------------------------------


def terms(claim: WageClaim, debt: Debt) -> Iterable[Term]:
    """When is the claim sent, and until when may this month's remittance arrive? Both wait while a barrier stands."""
    key, first = f"wage_claim:{claim.instance}", claim.tracks[0]
    if claim.suspended_on is not None:
        text = "schorsing van de loonvordering"
        yield Term(f"{key}.resumes", claim.suspended_on, ("VEERE-4.13.1-a",), text, first, Measure.WAGE_CLAIM)
    elif claim.waits_until is not None:
        text = "vooraankondiging loonvordering, art. 19 IW"
        yield Term(f"{key}.announced", claim.waits_until, ("VEERE-3.1-f",), text, first, Measure.WAGE_CLAIM)
    elif claim.next_by is not None:
        text = "afdracht van de werkgever, art. 19 IW"
        yield Term(f"{key}.remits", claim.next_by, ("VEERE-3.1-b",), text, first, Measure.WAGE_CLAIM)


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """The claim ends when its part of the debt is paid, and lapses or sleeps under a regime. VEERE-3.1-k."""
    for claim in list(debt.procedures.values()):
        if not isinstance(claim, WageClaim):
            continue
        match event:
            case DebtSettled():
                yield _ended(claim, debt, ctx, "De schuld is voldaan.", ("VEERE-3.1-k", "VEERE-3.1-m"))
            case PaymentBooked() if debt.open.total > 0 and _owed(claim, debt) <= 0:
                yield _ended(claim, debt, ctx, "Het gevorderde is voldaan.", ("VEERE-3.1-k", "VEERE-3.1-m"))
            case RegimeImposed() if event.lapses:
                yield _ended(claim, debt, ctx, event.what, (*event.norms, "VEERE-3.1-m"))
            case RegimeImposed() if claim.sent_on is not None and claim.suspended_on is None:
                yield _suspended(claim, event, debt, ctx)


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
    follows=(DebtSettled, PaymentBooked, RegimeImposed),
    status=lambda claim: (
        ("wage_claim", "loonvordering") if claim.sent_on else ("wage_claim_announced", "loonvordering aangekondigd")
    ),
    outlives_debt=True,
)
