"""Verzoek om betalingsregeling: may an arrangement be granted, and on which conditions?

The officer decides, with the circumstances on file (VEERE-4.9.5-a): none when the problems are structural
(VEERE-4.9.5-d), at most ten months (VEERE-4.9.6-b), once for an assessment (VEERE-4.9.6-e), no refusal without the
payment capacity (VEERE-4.9.6-g). A repeated request is decided in the debtor's favour or goes to the College
(VEERE-4.10-a). After hand-over the external bailiff may agree to a new proposal (VEERE-4.9.6-f).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from domain.debt.barriers import standing
from domain.debt.capacity import least_instalment, payment_capacity
from domain.debt.events import (
    ArrangementAsked,
    DebtSettled,
    DecisionAppealable,
    DeferralRestored,
    ForwardedToCollege,
    QuestionAsked,
    QuestionLapsed,
)
from domain.debt.facts import Context
from domain.debt.letters import Instalment
from domain.debt.procedure import Procedure
from domain.debt.state import COERCIVE, LADDER, Barrier, Debt, Question, Term
from domain.kernel.calendar import add_months
from domain.kernel.dutch import dutch_date, dutch_euro
from domain.kernel.messages import Command, Event, Outcome, Refusal
from domain.kernel.money import ZERO
from domain.procedures.arrangement.commands import (
    AskForData,
    ComputeCapacity,
    ForwardRequest,
    GrantArrangement,
    HandOverToExternalBailiff,
    RefuseArrangement,
    ReportArrangement,
    RequestArrangement,
    SupplyData,
)
from domain.procedures.arrangement.events import (
    ArrangementGranted,
    ArrangementRefused,
    ArrangementRequested,
    CapacityComputed,
    DataAsked,
    DataOverdue,
    DataSupplied,
    HandedOver,
    RepeatForwarded,
    RequestDecisionNear,
    RequestGranted,
    RequestLapsed,
    RequestReopened,
    stopped,
)
from domain.procedures.arrangement.letters import (
    ARRANGEMENT,
    ARRANGEMENT_REFUSED,
    CONDITIONS,
    DATA_REQUEST,
    RENEWED_ARRANGEMENT,
    REPEAT_FORWARDED,
    STRUCTURAL,
    amount_lines,
)
from domain.procedures.arrangement.schedule import agree, is_better
from domain.procedures.arrangement.state import (
    REQUEST_KEY,
    Asked,
    RequestFile,
    deferred,
    file_of,
    plan_of,
    regimes,
)

OUTSIDE = {"bankruptcy": "VEERE-4.10.2-b", "wsnp": "VEERE-4.10.2-b", "debt_settlement": "VEERE-4.10.3-d"}
"""Regimes under which a debt cannot be in an arrangement, with the norm."""

_OVERDUE = "arrangement_data_overdue"
_QUESTIONS = ("decide_arrangement", "decide_repeated_request", _OVERDUE)

# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """What follows from a word about a request?"""
    file = file_of(debt)
    match command:
        case RequestArrangement():
            return _request(command, file, debt, ctx)
        case ComputeCapacity():
            return _compute(command, ctx)
        case GrantArrangement():
            return _grant(command, file, debt, ctx)
        case HandOverToExternalBailiff():
            if file.external_since:
                return Refusal("handed_over", "De invordering is al overgedragen.", ("VEERE-4.9.6-f",))
            return [HandedOver(on=ctx.today)]
        case ReportArrangement():
            return _report(command, file, debt, ctx)
    if file.asked is None:
        return Refusal("no_request", "Er ligt geen verzoek om een betalingsregeling.", ("VEERE-4.9.5-b",))
    match command:
        case AskForData():
            return [_data_asked(command, debt, ctx)]
        case SupplyData():
            return [DataSupplied(on=ctx.today, received_on=command.received_on), *_lapsed(debt, ctx)]
        case RefuseArrangement():
            return _refuse(command, file, file.asked, debt, ctx)
        case ForwardRequest():
            return _forward(file.asked, debt, ctx)
        case _:
            raise TypeError(f"an arrangement request does not decide {type(command).__name__}")


def _request(command: RequestArrangement, file: RequestFile, debt: Debt, ctx: Context) -> Outcome:
    """May the debtor ask? Always, while something is open and no earlier request waits. VEERE-4.9.5-b, VEERE-4.10-a."""
    if command.received_on > ctx.today:
        return Refusal("date_in_future", "De dag van ontvangst ligt na vandaag.", ("VEERE-4.9.5-b",))
    if file.asked is not None:
        return Refusal("request_open", "Er ligt al een verzoek waarop nog niet is beslist.", ("VEERE-4.9.5-b",))
    if debt.open.total <= 0:
        return Refusal("nothing_open", "Er staat niets open.", ("VEERE-4.9.5-b",))
    wish = command.model_dump(include={"received_on", "channel", "monthly", "months", "until"})
    return _asked(ctx.today, file, debt, ctx, **wish)


def _asked(on: date, file: RequestFile, debt: Debt, ctx: Context, **wish: Any) -> list[Event]:
    repeated = file.granted > 0 or file.refused
    holds = _holds(repeated, wish["received_on"], file, debt, ctx)
    term = _decision_term(ctx)
    requested = ArrangementRequested.model_validate({"on": on, "repeated": repeated, "holds": holds, **term, **wish})
    return [requested, _question(repeated, term["decide_by"], debt, ctx)]


def _decision_term(ctx: Context) -> dict[str, date]:
    """Until when does the office decide, and when is that nearly over? As on any deferral. VEERE-4.9.1-b."""
    decide_by = ctx.law.last_day("deferral_decision", ctx.today)
    return {"warn_on": ctx.law.warning_day(decide_by), "decide_by": decide_by}


def _holds(repeated: bool, received_on: date, file: RequestFile, debt: Debt, ctx: Context) -> bool:
    """Does collection wait for the decision? Not for one repeated request after another. VEERE-4.10.4-a.

    Readings `pending_request_holds`, `repeated_request_holds`.
    """
    if ctx.law.reading("pending_request_holds") == "no":
        return False
    if not repeated:
        return True
    match ctx.law.reading("repeated_request_holds"):
        case "first_repeat":
            return file.repeats == 0
        case "within_fourteen_days":
            return any("VEERE-4.10.4-a" in b.norms for b in standing(debt, ctx.law, received_on))
        case choice:
            return choice == "yes"


def _question(repeated: bool, decide_by: date, debt: Debt, ctx: Context, *, restored: bool = False) -> QuestionAsked:
    """What is put to the officer, with the engine's own proposal. VEERE-4.9.5-a, VEERE-4.9.6-a, VEERE-4.10-a."""
    tracks = covered(debt)
    total = sum((debt.open_of(t).total for t in tracks), ZERO)
    proposal = agree(_NoWish(), total, ctx.today, _next_assessment(None, debt, ctx), ctx) if total > 0 else []
    assert not isinstance(proposal, Refusal), "the engine's own proposal is lawful"
    shown = f" Voorstel: {len(proposal)} termijn(en), de laatste op {dutch_date(proposal[-1].due_on)}." if total else ""
    asks = (
        "kunt u gunstiger beslissen dan eerder, of gaat het naar het college" if repeated else "toewijzen of afwijzen"
    )
    asks = "het college heeft het beroep toegewezen; verleen de regeling zoals het heeft beslist" if restored else asks
    norms = ("VEERE-4.10-a",) if repeated else ("VEERE-4.9.5-a", "VEERE-4.9.5-d", "VEERE-4.9.6-a")
    question = Question(
        task="decide_repeated_request" if repeated else "decide_arrangement",
        kind="decide_repeated_request" if repeated else "decide_arrangement",
        question=f"Verzoek om betalingsregeling, {dutch_euro(total)} open: {asks}{'.' if restored else '?'}{shown}",
        norms=norms,
        answers=("grant_arrangement", "forward_request" if repeated else "refuse_arrangement"),
        opened_on=ctx.today,
        deadline=decide_by,
        must_decide=True,
    )
    return QuestionAsked(on=ctx.today, norms=norms, question=question)


class _NoWish:
    monthly = months = until = first_on = None
    special_circumstances = ""


def _data_asked(command: AskForData, debt: Debt, ctx: Context) -> Event:
    until = ctx.law.last_day("arrangement_data", ctx.today)
    letter = DATA_REQUEST.compose(dated=ctx.today, reference=debt.debt, needed=command.needed, until=until)
    return DataAsked(on=ctx.today, norms=("VEERE-4.9.6-h",), until=until, letter=letter)


def _lapsed(debt: Debt, ctx: Context) -> Iterable[Event]:
    """Late data answer the question what to do without them."""
    if (question := debt.questions.get(_OVERDUE)) is not None:
        yield QuestionLapsed(on=ctx.today, norms=question.norms, task=question.task, asks=question.question)


def _compute(command: ComputeCapacity, ctx: Context) -> Outcome:
    """How much can the debtor pay each month? VEERE-4.9.6-g to VEERE-4.9.6-k."""
    percent = ctx.law.figure("capacity_claimed_percent")
    if not ctx.facts.debtor.natural_person:
        if command.capacity is None or not command.reason:
            text = "Voor een rechtspersoon is er geen formule: geef capacity, met in reason hoe die is berekend."
            return Refusal("no_formula", text, ("VEERE-4.9.6-i",))
        own = CapacityComputed(
            on=ctx.today,
            norms=("VEERE-4.9.6-g",),
            net_disposable_income=None,
            living_costs=None,
            source=command.reason,
            confirmed=True,
            capacity=command.capacity,
            least=None,
            percent=percent,
        )
        return [own]
    if command.net_disposable_income is None or command.capacity is not None:
        text = "Voor een natuurlijk persoon geldt de formule: geef net_disposable_income, geen capacity."
        return Refusal("formula_holds", text, ("VEERE-4.9.6-j",))
    table = ctx.law.living_cost(command.household, ctx.today) if command.household else None
    if command.living_costs is not None and not command.reason:
        return Refusal(
            "reason_required", "Zeg in reason waar het bedrag living_costs vandaan komt.", ("VEERE-4.9.6-j",)
        )
    norm = command.living_costs if command.living_costs is not None else table.amount if table else None
    if norm is None:
        known = ", ".join(sorted({h for t in ctx.law.living_costs for h in t.monthly})) or "geen"
        text = f"Geen normbedrag voor levensonderhoud bekend: geef household ({known}) of living_costs."
        return Refusal("living_costs_unknown", text, ("VEERE-4.9.6-j",))
    capacity = payment_capacity(command.net_disposable_income, norm)
    from_table = command.living_costs is None and table is not None
    return [
        CapacityComputed(
            on=ctx.today,
            norms=("VEERE-4.9.6-g", "VEERE-4.9.6-i", "VEERE-4.9.6-j", "VEERE-4.9.6-k"),
            net_disposable_income=command.net_disposable_income,
            living_costs=norm,
            source=table.source if from_table and table else command.reason,
            confirmed=table.confirmed if from_table and table else True,
            capacity=capacity,
            least=least_instalment(capacity, percent),
            percent=percent,
        )
    ]


def _grant(command: GrantArrangement, file: RequestFile, debt: Debt, ctx: Context) -> Outcome:
    """May the arrangement be granted, with these instalments? VEERE-4.9.5, VEERE-4.9.6, VEERE-4.10-a."""
    asked = file.asked
    if asked is None:
        return Refusal("no_request", "Er ligt geen verzoek om een betalingsregeling.", ("VEERE-4.9.5-b",))
    if against := _unjudged(command) or _outside(debt) or _second(file, asked, debt, ctx):
        return against
    if command.structural and not asked.restored:
        text = "De betalingsproblemen zijn structureel: dan is er geen betalingsregeling. Wijs het verzoek af."
        return Refusal("structural_problems", text, ("VEERE-4.9.5-d",))
    tracks = covered(debt)
    next_assessment = _next_assessment(command.next_assessment_on, debt, ctx)
    total = sum((debt.open_of(t).total for t in tracks), ZERO)
    if total <= 0:
        return Refusal("nothing_open", "Er staat niets open dat in een regeling kan.", ("VEERE-4.9.5-b",))
    instalments = agree(command, total, ctx.today, next_assessment, ctx)
    if isinstance(instalments, Refusal):
        return instalments
    if against := _against(instalments, file, asked, debt):
        return against
    renewed = asked.repeated and not asked.restored
    norms = ["VEERE-4.9.1-b", "VEERE-4.9.5-c" if len(instalments) == 1 else "VEERE-4.9.5-b", "VEERE-4.9.6-a"]
    norms += ["VEERE-4.9.6-b", "VEERE-4.9.6-c"]
    norms += ["VEERE-4.9.6-d"] if command.special_circumstances else []
    norms += ["VEERE-4.9.6-k"] if file.least is not None else []
    norms += ["VEERE-4.10-a", "VEERE-4.10-b"] if renewed else []
    granted = ArrangementGranted(
        on=ctx.today,
        norms=tuple(norms),
        instalments=tuple(instalments),
        tracks=tracks,
        paid_before=debt.paid,
        conditions=command.conditions,
        renewed=renewed,
        next_assessment_on=next_assessment,
        letter=(RENEWED_ARRANGEMENT if renewed else ARRANGEMENT).compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=amount_lines(debt, tracks, ctx),
            schedule=tuple(instalments),
            received_on=asked.received_on,
            conditions=" ".join([*(CONDITIONS[c] for c in command.conditions), *command.other_conditions]),
            instead_of="ons eerdere besluit" if renewed else None,
            appeal_until=ctx.law.last_day("college_appeal", ctx.today) if renewed else None,
        ),
    )
    decided = RequestGranted(
        on=ctx.today,
        norms=("VEERE-4.9.5-a", "VEERE-4.9.5-d"),
        circumstances=command.circumstances,
        special_circumstances=command.special_circumstances,
    )
    appeal = [DecisionAppealable(on=ctx.today, request="arrangement", tracks=tracks, decided_on=ctx.today)]
    return [decided, granted, *(appeal if renewed else [])]


def _unjudged(command: GrantArrangement | RefuseArrangement) -> Refusal | None:
    """Has the officer judged the situation? VEERE-4.9.5-a, VEERE-4.9.5-d."""
    if not command.circumstances.strip():
        text = "Leg in circumstances de persoonlijke en financiële omstandigheden vast."
        return Refusal("circumstances_required", text, ("VEERE-4.9.5-a",))
    if command.structural is None:
        text = "Geef met structural aan of de betalingsproblemen structureel zijn."
        return Refusal("structural_unanswered", text, ("VEERE-4.9.5-d",))
    return None


def _outside(debt: Debt) -> Refusal | None:
    """Is the debt one that cannot be in an arrangement? VEERE-4.10.2-b, VEERE-4.10.3-d.

    Debts to which the restructuring does not apply have no such regime: the usual rules hold (VEERE-4.10.2-a).
    """
    for regime in regimes(debt, OUTSIDE):
        text = "Deze aanslag valt in een insolventieregeling en kan niet in een betalingsregeling."
        return Refusal("outside_arrangement", text, (OUTSIDE[regime],))
    return None


def _second(file: RequestFile, asked: Asked, debt: Debt, ctx: Context) -> Refusal | None:
    """Has the assessment had its one arrangement? VEERE-4.9.6-e; one that runs may be made better (VEERE-4.10-a)."""
    if file.granted < ctx.law.figure("arrangements") or plan_of(debt) is not None or asked.restored:
        return None
    text = "Voor deze aanslag is al een betalingsregeling geweest; die kan maar één keer."
    return Refusal("one_arrangement", text, ("VEERE-4.9.6-e",))


def _against(instalments: Sequence[Instalment], file: RequestFile, asked: Asked, debt: Debt) -> Refusal | None:
    """Do the instalments stand against the capacity, the request or the earlier arrangement?"""
    regular = instalments[:-1]
    if file.least is not None and regular and min(i.amount for i in regular) < file.least:
        text = f"Een termijn is ten minste {dutch_euro(file.least)} per maand, gezien de betalingscapaciteit."
        return Refusal("instalment_too_low", text, ("VEERE-4.9.6-k",))
    if file.capacity is None and _is_less_than_asked(instalments, asked):
        text = "Dit is minder dan is gevraagd: bereken eerst de betalingscapaciteit (compute_capacity)."
        return Refusal("capacity_first", text, ("VEERE-4.9.6-g",))
    plan = plan_of(debt)
    if plan is not None and not asked.restored and not is_better(instalments, plan.unpaid(debt)):
        text = "Dit is niet gunstiger dan de regeling die loopt: stuur het verzoek door aan het college."
        return Refusal("not_more_favourable", text, ("VEERE-4.10-a",))
    return None


def _is_less_than_asked(instalments: Sequence[Instalment], asked: Asked) -> bool:
    too_high = asked.monthly is not None and instalments[0].amount > asked.monthly
    too_few = asked.months is not None and len(instalments) < asked.months
    too_soon = asked.until is not None and instalments[-1].due_on < asked.until
    return too_high or too_few or too_soon


def _refuse(command: RefuseArrangement, file: RequestFile, asked: Asked, debt: Debt, ctx: Context) -> Outcome:
    """May the request be refused? VEERE-4.9.5-d, VEERE-4.9.6-g; a repeated one only by the College (VEERE-4.10-a).

    What the College granted is not refused again (VEERE-4.10.5-c).
    """
    outside = _outside(debt)
    if asked.restored and outside is None:
        text = "Het college heeft het beroep toegewezen: verleen de betalingsregeling."
        return Refusal("college_decided", text, ("VEERE-4.10.5-c",))
    if against := _unjudged(command):
        return against
    if asked.repeated and outside is None:
        text = "Een herhaald verzoek wijst u niet zelf af: beslis gunstiger of stuur het door (forward_request)."
        return Refusal("repeated_request", text, ("VEERE-4.10-a",))
    if not command.structural and not command.why.strip():
        return Refusal("reason_required", "Zeg in why waarom het verzoek wordt afgewezen.", ("VEERE-4.10.5-a",))
    if not command.structural and file.capacity is None and outside is None:
        text = "Bereken eerst de betalingscapaciteit (compute_capacity); zonder die berekening wordt niet afgewezen."
        return Refusal("capacity_first", text, ("VEERE-4.9.6-g",))
    tracks = _asked_for(debt)
    norms = ["VEERE-4.9.5-a", "VEERE-4.9.5-d" if command.structural else "VEERE-4.9.6-g", "VEERE-4.10.5-a"]
    norms += outside.norms if outside else ()
    refused = ArrangementRefused(
        on=ctx.today,
        norms=tuple(norms),
        circumstances=command.circumstances,
        structural=bool(command.structural),
        why=command.why,
        letter=ARRANGEMENT_REFUSED.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=amount_lines(debt, tracks, ctx),
            received_on=asked.received_on,
            structural=STRUCTURAL if command.structural else None,
            why=command.why or None,
            capacity=file.capacity,
            wait_until=ctx.law.last_day("resume_after_deferral", ctx.today),
            appeal_until=ctx.law.last_day("college_appeal", ctx.today),
        ),
    )
    return [refused, stopped("refused", tracks, ctx.today)]


def _forward(asked: Asked, debt: Debt, ctx: Context) -> Outcome:
    """Does the College decide, as on an appeal? VEERE-4.10-a.

    There is no new deferral then, so collection that stood still goes on only after 14 days (VEERE-4.10.4-a); not
    where an arrangement runs.
    """
    if not asked.repeated or asked.restored:
        text = "Dit is geen herhaald verzoek: beslis er zelf op."
        return Refusal("not_repeated", text, ("VEERE-4.10-a",))
    return [
        RepeatForwarded(
            on=ctx.today,
            norms=("VEERE-4.10-a",),
            received_on=asked.received_on,
            letter=REPEAT_FORWARDED.compose(dated=ctx.today, reference=debt.debt, received_on=asked.received_on),
        ),
        ForwardedToCollege(
            on=ctx.today,
            request="arrangement",
            tracks=_asked_for(debt),
            received_on=asked.received_on,
            refused=asked.holds and plan_of(debt) is None,
        ),
    ]


def _report(command: ReportArrangement, file: RequestFile, debt: Debt, ctx: Context) -> Outcome:
    """May the external bailiff agree to a new proposal? After hand-over, without the limit of one. VEERE-4.9.6-f."""
    if command.agreed_on > ctx.today:
        return Refusal("date_in_future", "De dag van de afspraak ligt na vandaag.", ("VEERE-4.9.6-f",))
    if file.external_since is None or command.agreed_on < file.external_since:
        text = "De invordering was op die dag niet overgedragen aan de externe deurwaarder."
        return Refusal("not_handed_over", text, ("VEERE-4.9.6-f",))
    if outside := _outside(debt):
        return outside
    tracks = covered(debt)
    total = sum((debt.open_of(t).total for t in tracks), ZERO)
    if total <= 0:
        return Refusal("nothing_open", "Er staat niets open.", ("VEERE-4.9.6-f",))
    next_assessment = _next_assessment(command.next_assessment_on, debt, ctx)
    instalments = agree(command, total, command.agreed_on, next_assessment, ctx)
    if isinstance(instalments, Refusal):
        return instalments
    return [
        *_overtaken(file, debt, ctx),
        ArrangementGranted(
            on=command.agreed_on,
            norms=("VEERE-4.9.6-f", "VEERE-4.9.6-b", "VEERE-4.9.6-c"),
            instalments=tuple(instalments),
            tracks=tracks,
            paid_before=debt.paid,
            external=True,
            renewed=file.granted > 0,
            next_assessment_on=next_assessment,
        ),
    ]


def _overtaken(file: RequestFile, debt: Debt, ctx: Context) -> Iterable[Event]:
    """A request that waits is answered by the arrangement that the external bailiff made. VEERE-4.9.6-f."""
    if file.asked is None:
        return
    why = "de externe deurwaarder heeft een betalingsregeling getroffen"
    yield RequestLapsed(on=ctx.today, norms=("VEERE-4.9.6-f",), why=why)
    for task in _QUESTIONS:
        if (question := debt.questions.get(task)) is not None:
            yield QuestionLapsed(on=ctx.today, norms=question.norms, task=task, asks=question.question)


def covered(debt: Debt) -> tuple[str, ...]:
    """Which parts of the debt can an arrangement cover? What is open and not deferred otherwise. VEERE-4.9.3."""
    waits = deferred(debt)
    return tuple(t.track for t in debt.terms if t.track not in waits and debt.open_of(t.track).total > 0)


def _asked_for(debt: Debt) -> tuple[str, ...]:
    """The parts that a request is about; all that is open, where nothing could be covered now."""
    return covered(debt) or tuple(t.track for t in debt.terms if debt.open_of(t.track).total > 0)


def _next_assessment(known: date | None, debt: Debt, ctx: Context) -> date:
    expected, months = known or debt.dated, int(ctx.law.reading("next_assessment_months"))
    while known is None and expected <= ctx.today:
        expected = add_months(expected, months)
    return expected


def end_term(file: RequestFile, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Is the decision nearly late, or did the data not come? Silence grants nothing. VEERE-4.9.1-b, VEERE-4.9.6-h."""
    if term.name.endswith(".decision"):
        asked = file.asked
        assert asked is not None
        assert asked.decide_by is not None
        return [RequestDecisionNear(on=ctx.today, decide_by=asked.decide_by)]
    question = Question(
        task=_OVERDUE,
        kind=_OVERDUE,
        question="De gevraagde financiële gegevens zijn er niet. Opnieuw vragen, of beslissen met wat bekend is?",
        norms=("VEERE-4.9.6-h",),
        answers=("ask_for_data", "compute_capacity", "grant_arrangement", "refuse_arrangement", "forward_request"),
        opened_on=ctx.today,
    )
    return [DataOverdue(on=ctx.today), QuestionAsked(on=ctx.today, norms=question.norms, question=question)]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(file: RequestFile | None, event: Event) -> RequestFile:
    """What the file holds after `event`."""
    file = file or RequestFile()
    match event:
        case ArrangementRequested():
            asked = Asked(
                event.received_on,
                event.monthly,
                event.months,
                event.until,
                event.holds,
                event.repeated,
                warn_on=event.warn_on,
                decide_by=event.decide_by,
            )
            return replace(file, asked=asked, repeats=file.repeats + event.repeated)
        case RequestReopened():
            asked = Asked(event.on, repeated=True, restored=True, warn_on=event.warn_on, decide_by=event.decide_by)
            return replace(file, asked=asked)
        case RequestDecisionNear() if file.asked is not None:
            return replace(file, asked=replace(file.asked, warn_on=None))
        case DataAsked():
            return replace(file, data_until=event.until)
        case DataSupplied() | DataOverdue():
            return replace(file, data_until=None)
        case CapacityComputed():
            return replace(file, capacity=event.capacity, least=event.least)
        case RequestGranted():
            return replace(file, asked=None, data_until=None, granted=file.granted + 1)
        case ArrangementRefused():
            return replace(file, asked=None, data_until=None, refused=True)
        case RepeatForwarded() | RequestLapsed():
            return replace(file, asked=None, data_until=None)
        case HandedOver():
            return replace(file, external_since=event.on)
        case _:
            return file


# -- terms and barriers -------------------------------------------------------------------------------------------


def terms(file: RequestFile, debt: Debt) -> Iterable[Term]:
    """When is the decision nearly late, and until when may the data come?"""
    if file.asked is not None and file.asked.warn_on is not None:
        text = "waarschuwing voor het einde van de beslistermijn, par. 4.9.1"
        yield Term(f"{REQUEST_KEY}.decision", file.asked.warn_on, ("VEERE-4.9.1-b",), text)
    if file.data_until is not None:
        name = f"{REQUEST_KEY}.data"
        yield Term(name, file.data_until, ("VEERE-4.9.6-h",), "financiële gegevens van de belastingschuldige")


def barriers(file: RequestFile, debt: Debt) -> Iterable[Barrier]:
    """No measures while the request waits for its decision (reading `pending_request_holds`)."""
    if file.asked is not None and file.asked.holds:
        text = f"Verzoek om betalingsregeling van {dutch_date(file.asked.received_on)} in behandeling."
        yield Barrier(LADDER | COERCIVE, ("VEERE-4.9.1-d", "VEERE-4.10.4-a"), text, yields=True)


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """A deferral asked for lack of money is a request; the College reopens one; a settled debt needs none."""
    file = file_of(debt)
    match event:
        case ArrangementAsked() if file.asked is None:
            yield from _asked(event.on, file, debt, ctx, received_on=event.asked_on, channel=event.channel)
        case DeferralRestored(request="arrangement") if file.asked is None:
            term = _decision_term(ctx)
            yield RequestReopened.model_validate({"on": event.on, **term})
            yield _question(False, term["decide_by"], debt, ctx, restored=True)
        case DebtSettled() if file.asked is not None:
            yield RequestLapsed(on=event.on)


REQUEST = Procedure(
    name=REQUEST_KEY,
    title="Verzoek om betalingsregeling",
    state=RequestFile,
    commands=(
        RequestArrangement,
        AskForData,
        SupplyData,
        ComputeCapacity,
        GrantArrangement,
        RefuseArrangement,
        ForwardRequest,
        HandOverToExternalBailiff,
        ReportArrangement,
    ),
    events=(
        ArrangementRequested,
        DataAsked,
        DataSupplied,
        DataOverdue,
        CapacityComputed,
        RequestGranted,
        ArrangementRefused,
        RepeatForwarded,
        RequestReopened,
        RequestDecisionNear,
        RequestLapsed,
        HandedOver,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(ArrangementAsked, DeferralRestored, DebtSettled),
    status=lambda file: ("arrangement_requested", "verzoek om betalingsregeling") if file.asked else None,
    over=lambda file: file.asked is None,
    outlives_debt=True,
)
