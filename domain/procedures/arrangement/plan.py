"""Betalingsregeling: are its instalments paid, and when does it pause or end?

While it runs no measures are taken (VEERE-4.9.1-d) and refunds are set off from its end (VEERE-4.10.1). It ends by
decision at the second unpaid instalment, a broken condition, wrong data or when its reason is gone (VEERE-4.10.3);
without default on admission to restructuring or in bankruptcy; a moratorium suspends it (VEERE-4.19-d), and so does a
deferral of all that it covers (VEERE-4.9.1-d).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from domain.debt.barriers import forbidding
from domain.debt.events import (
    AssessmentReduced,
    DeferralChanged,
    PaymentBooked,
    RefundDue,
    RegimeImposed,
    RegimeLifted,
)
from domain.debt.facts import Context
from domain.debt.letters import AmountLine
from domain.debt.procedure import Procedure
from domain.debt.state import COERCIVE, LADDER, Barrier, Debt, Measure, Term
from domain.debtor.debtor import Debtor, RefundCredited
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import Command, Event, Outcome, Refusal, Role
from domain.procedures.arrangement.commands import EndArrangement, RegisterSetOff, ReportOverdueAssessment
from domain.procedures.arrangement.events import (
    ArrangementCompleted,
    ArrangementEnded,
    ArrangementGranted,
    ArrangementPaused,
    ArrangementResumed,
    Ground,
    InstalmentMissed,
    PartDeferred,
    PauseEnded,
    SetOffDecided,
    stopped,
)
from domain.procedures.arrangement.letters import (
    ALL_SET_OFF,
    ARRANGEMENT_ENDED,
    DATES_AFTER_DEFERRAL,
    INSTALMENT_MISSED,
    NEW_DATES,
    SET_OFF,
    WHY_ENDED,
    amount_lines,
)
from domain.procedures.arrangement.schedule import standing, sum_of, unpaid
from domain.procedures.arrangement.state import PLAN_KEY, Arrangement, deferred, plan_of

ENDS: dict[str, tuple[Ground, tuple[str, ...]]] = {
    "debt_settlement": ("restructuring", ("VEERE-4.10.3-d",)),
    "wsnp": ("restructuring", ("VEERE-4.10.3-d", "VEERE-4.10.2-b")),
    "bankruptcy": ("bankruptcy", ("VEERE-4.10.2-b",)),
}
"""Regimes that take a debt out of its arrangement without default."""

_PAUSES: dict[str, tuple[str, ...]] = {
    "moratorium": ("VEERE-4.19-d",),
    "stabilisation": ("VEERE-4.13.1-b",),
    "settlement_request": ("VEERE-4.13.1-c",),
}
"""Regimes that suspend it, with the norm; the last while the officer judges a debt-settlement agreement."""

_BEFORE_RESTRUCTURING = ("stabilisation", "settlement_request")

_DEFERRAL = "deferral"
"""What suspends it beside regimes: a deferral on another ground."""

_FOUND = {
    "conditions_not_kept": "VEERE-4.10.3-a",
    "wrong_data": "VEERE-4.10.3-b",
    "reason_gone": "VEERE-4.10.3-c",
}

# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """What follows from a word about the arrangement that runs?"""
    plan = plan_of(debt)
    if isinstance(command, RegisterSetOff):
        return _set_off(command, plan, debt, ctx)
    broken: Outcome = Refusal("no_arrangement", "Er loopt geen betalingsregeling.", ("VEERE-4.10.3-a",))
    match command:
        case EndArrangement() if plan is not None:
            return _end_by_officer(command, plan, debt, ctx)
        case EndArrangement():
            return broken
        case ReportOverdueAssessment():
            broken = _overdue(command, plan, debt, ctx) if plan is not None else broken
            # Another debt tells all of them: what is no condition here was no mistake of anybody.
            return [] if isinstance(broken, Refusal) and command.role is Role.ENGINE else broken
        case _:
            raise TypeError(f"an arrangement does not decide {type(command).__name__}")


def _set_off(command: RegisterSetOff, plan: Arrangement | None, debt: Debt, ctx: Context) -> Outcome:
    """Is the refund set off, and what becomes of the schedule? VEERE-4.10.1-a, VEERE-4.10.1-b.

    What cannot be set off goes back to the debtor's file: the arrangement ended or a regime came meanwhile.
    """
    ban = forbidding(debt, ctx.law, Measure.SET_OFF, ctx.today)
    owed = plan.owed(debt) if plan and not ban else None
    taken = min(command.amount, owed) if owed else None
    if plan is None or owed is None or taken is None:
        gone = "Er loopt geen betalingsregeling meer."
        why = ban.text if ban else "Wat de betalingsregeling dekt, is uitgesteld." if plan else gone
        norms = ban.norms if ban else ("VEERE-4.10.1-a",)
        return [RefundDue(on=ctx.today, norms=norms, refund=command.amount, came_by="internal", why=why)]
    left = unpaid(standing(plan.agreed, plan.paid(debt), owed - taken), plan.paid(debt))
    parts = debt.open.allocate(taken)
    events: list[Event] = [
        SetOffDecided(
            on=ctx.today,
            norms=("VEERE-4.10.1-a", "VEERE-4.10.1-b", "VEERE-5.2-c"),
            taken=taken,
            left=owed - taken,
            number=len(left),
            letter=(SET_OFF if left else ALL_SET_OFF).compose(
                dated=ctx.today,
                reference=debt.debt,
                amounts=(*amount_lines(debt, plan.tracks, ctx), AmountLine(label="Verrekend", amount=-taken)),
                schedule=tuple(left),
                refund=command.amount,
                taken=taken,
            ),
        ),
        PaymentBooked(
            on=ctx.today,
            norms=("VEERE-4.10.1-a", "VEERE-4-a"),
            paid=taken,
            channel="internal",
            label="verrekening van een teruggaaf",
            parts=parts,
            surplus=taken - parts.total,
            value_date=command.on,
        ),
    ]
    if rest := command.amount - taken:
        why = "Meer dan wat in de betalingsregeling openstaat."
        events.append(RefundDue(on=ctx.today, norms=("VEERE-4.10.1-a",), refund=rest, came_by="internal", why=why))
    return events


def _end_by_officer(command: EndArrangement, plan: Arrangement, debt: Debt, ctx: Context) -> Outcome:
    """Has the officer found a ground to end it? VEERE-4.10.3-a, VEERE-4.10.3-b, VEERE-4.10.3-c."""
    norm = _FOUND[command.ground]
    if not command.finding.strip():
        text = "Leg in finding vast wat u hebt vastgesteld."
        return Refusal("reason_required", text, (norm,))
    return _end(plan, command.ground, (norm,), debt, ctx, command.finding)


def _overdue(command: ReportOverdueAssessment, plan: Arrangement, debt: Debt, ctx: Context) -> Outcome:
    """Is the condition broken that new assessments are paid on time? VEERE-4.10.3-a."""
    if "new_assessments_on_time" not in plan.conditions:
        text = "Nieuwe aanslagen op tijd betalen is geen voorwaarde van deze regeling."
        return Refusal("no_such_condition", text, ("VEERE-4.10.3-a",))
    if command.due < plan.granted_on or command.due >= ctx.today:
        text = f"{command.overdue} verviel op {dutch_date(command.due)}: niet tijdens de regeling te laat."
        return Refusal("not_overdue", text, ("VEERE-4.10.3-a",))
    finding = f"Het gaat om aanslag {command.overdue}, te betalen op {dutch_date(command.due)}."
    return _end(plan, "overdue_assessment", ("VEERE-4.10.3-a",), debt, ctx, finding)


def _end(
    plan: Arrangement, ground: Ground, norms: tuple[str, ...], debt: Debt, ctx: Context, finding: str = ""
) -> list[Event]:
    """The ending decision: letter, 14 days, appeal. VEERE-4.10.4-a, VEERE-4.10.5-a."""
    ended = ArrangementEnded(
        on=ctx.today,
        norms=(*norms, "VEERE-4.10.5-a"),
        ground=ground,
        finding=finding,
        letter=ARRANGEMENT_ENDED.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=amount_lines(debt, plan.tracks, ctx),
            granted_on=plan.granted_on,
            why=WHY_ENDED[ground],
            finding=finding or None,
            wait_until=ctx.law.last_day("resume_after_deferral", ctx.today),
            appeal_until=ctx.law.last_day("college_appeal", ctx.today),
        ),
    )
    return [ended, stopped("withdrawn", plan.tracks, ctx.today)]


def end_term(plan: Arrangement, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """An instalment was not paid on its date: is it the second, or the last? VEERE-4.10.3-e."""
    due = plan.unpaid(debt, term.last_day)
    this = due[-1]
    clears = ctx.law.reading("late_payment_clears_a_miss") == "yes"
    number = len(due) if clears else len(plan.missed) + 1
    second = number >= ctx.law.figure("missed_instalments")
    over = (plan.agreed if plan.deferred else plan.stands(debt))[-1].due_on <= term.last_day
    letter = None
    if not second and not over:
        arrears = AmountLine(label="Termijnen die al betaald hadden moeten zijn", amount=sum_of(due))
        letter = INSTALMENT_MISSED.compose(dated=ctx.today, reference=debt.debt, amounts=(arrears,), due_on=this.due_on)
    norms = ("VEERE-4.10.3-e",)
    missed = InstalmentMissed(on=ctx.today, norms=norms, due_on=this.due_on, short=this.amount, letter=letter)
    if second:
        return [missed, *_end(plan, "missed_instalments", ("VEERE-4.10.3-e", "VEERE-4.10.3-a"), debt, ctx)]
    if over:
        return [missed, *_end(plan, "not_paid_in_time", ("VEERE-4.10.3-a",), debt, ctx)]
    return [missed]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(plan: Arrangement | None, event: Event) -> Arrangement | None:
    """Where the arrangement stands after `event`."""
    if isinstance(event, ArrangementGranted):
        return Arrangement(event.on, event.tracks, event.instalments, event.paid_before, event.conditions)
    if plan is None:
        return None
    match event:
        case InstalmentMissed():
            return replace(plan, missed=(*plan.missed, event.due_on))
        case SetOffDecided():
            return replace(plan, set_off=plan.set_off + event.taken)
        case ArrangementPaused():
            return replace(
                plan, paused_by=(*plan.paused_by, event.regime), paused_since=plan.paused_since or event.since
            )
        case PartDeferred():
            return replace(plan, deferred=event.tracks)
        case PauseEnded():
            return replace(plan, paused_by=tuple(r for r in plan.paused_by if r != event.regime))
        case ArrangementResumed():
            return replace(plan, agreed=event.instalments, paused_by=(), paused_since=None)
        case _:
            return None


# -- terms and barriers -------------------------------------------------------------------------------------------


def terms(plan: Arrangement, debt: Debt) -> Iterable[Term]:
    """Which instalment is watched? The first that is not fully paid and was not recorded as missed. VEERE-4.9.5-b."""
    if plan.paused_by:
        return
    for number, instalment in enumerate(plan.unpaid(debt)):
        if instalment.due_on not in plan.missed:
            text = f"{number + 1}e onbetaalde termijn van de betalingsregeling, par. 4.9.5"
            yield Term(f"{PLAN_KEY}.instalment", instalment.due_on, ("VEERE-4.9.5-b", "VEERE-4.10.3-e"), text)
            return


def barriers(plan: Arrangement, debt: Debt) -> Iterable[Barrier]:
    """No measures for what the arrangement covers, while it runs. VEERE-4.9.1-d, VEERE-4.9.5-b."""
    until = f", tot en met {dutch_date(plan.agreed[-1].due_on)}"
    for track in (None,) if plan.covers_all(debt) else plan.tracks:
        text = f"Er loopt een betalingsregeling{until}."
        yield Barrier(LADDER | COERCIVE, ("VEERE-4.9.1-d", "VEERE-4.9.5-b"), text, track=track, yields=True)


# -- follow -------------------------------------------------------------------------------------------------------


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """All paid: it is completed. A regime of the debtor ends it or suspends it; its end lets it go on.

    So does a deferral of all that is open of it; of a part it only leaves that part out.
    """
    plan = plan_of(debt)
    if plan is None:
        return
    match event:
        case PaymentBooked() | AssessmentReduced() if plan.is_paid(debt):
            yield ArrangementCompleted(on=event.on)
        case RegimeImposed() if event.regime in ENDS:
            ground, norms = ENDS[event.regime]
            yield ArrangementEnded(on=ctx.today, norms=norms, ground=ground)
        case RegimeImposed() if (norms := _pauses(event.regime, ctx)) and event.regime not in plan.paused_by:
            yield ArrangementPaused(on=ctx.today, norms=norms, regime=event.regime, since=event.since)
        case RegimeLifted() if event.regime in plan.paused_by:
            yield _let_go(event.regime, event.on, "VEERE-4.19-d", plan, debt, ctx)
        case DeferralChanged() | PaymentBooked():
            yield from _while_deferred(plan, debt, ctx)


def _pauses(regime: str, ctx: Context) -> tuple[str, ...]:
    """On which norms does the regime suspend the arrangement? None: it does not."""
    if regime in _BEFORE_RESTRUCTURING and ctx.law.reading("arrangement_in_stabilisation") == "runs_on":
        return ()
    return _PAUSES.get(regime, ())


def _while_deferred(plan: Arrangement, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Is a part or all that is open of it deferred on another ground, or no longer? VEERE-4.9.1-d, VEERE-4.10.4-a.

    Reading `arrangement_in_deferral`. What comes back keeps its dates; those that passed meanwhile move.
    """
    if ctx.law.reading("arrangement_in_deferral") == "runs_on":
        return
    waits = deferred(debt)
    part = tuple(track for track in plan.tracks if track in waits)
    whole = bool(part) and all(debt.open_of(t).total <= 0 for t in plan.tracks if t not in part)
    if part != plan.deferred:
        yield PartDeferred(on=ctx.today, norms=("VEERE-4.9.1-d",), tracks=part)
    after = replace(plan, deferred=part)
    over_on = ctx.law.last_day("resume_after_deferral", ctx.today)
    if whole and _DEFERRAL not in plan.paused_by:
        yield ArrangementPaused(on=ctx.today, norms=("VEERE-4.9.1-d",), regime=_DEFERRAL, since=ctx.today)
    elif not whole and _DEFERRAL in plan.paused_by:
        yield _let_go(_DEFERRAL, over_on, "VEERE-4.9.1-d", after, debt, ctx)
    elif not plan.paused_by and (passed := _passed(plan, after, debt, ctx.today)):
        yield _resume(replace(after, paused_since=passed), over_on, "VEERE-4.9.1-d", debt, ctx)


def _passed(plan: Arrangement, after: Arrangement, debt: Debt, today: date) -> date | None:
    """The first date that passed while its instalment was deferred, so that nothing was asked on it."""
    asked = {*plan.missed, *(i.due_on for i in plan.unpaid(debt))}
    return next((i.due_on for i in after.unpaid(debt) if i.due_on < today and i.due_on not in asked), None)


def _let_go(paused_by: str, over_on: date, norm: str, plan: Arrangement, debt: Debt, ctx: Context) -> Event:
    """One of the reasons for the pause is gone; with the last of them the arrangement goes on."""
    if plan.paused_by != (paused_by,):
        return PauseEnded(on=ctx.today, norms=(norm,), regime=paused_by)
    return _resume(plan, over_on, norm, debt, ctx)


def _resume(plan: Arrangement, over_on: date, norm: str, debt: Debt, ctx: Context) -> Event:
    """The dates from the pause on move by its length, and so does the last day of the ten months. VEERE-4.19-d."""
    since = plan.paused_since or over_on
    pause = over_on - since

    def moved(day: date) -> date:
        return ctx.law.calendar.next_working_day(day + pause) if day >= since else day

    agreed = tuple(i.model_copy(update={"due_on": moved(i.due_on)}) for i in plan.agreed)
    after = replace(plan, agreed=agreed)
    return ArrangementResumed(
        on=ctx.today,
        norms=(norm,),
        days=pause.days,
        instalments=agreed,
        letter=(NEW_DATES if norm == "VEERE-4.19-d" else DATES_AFTER_DEFERRAL).compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=amount_lines(debt, plan.tracks, ctx),
            schedule=tuple(after.unpaid(debt)),
            days=pause.days,
        ),
    )


def _set_off_orders(event: RefundCredited, debtor: Debtor) -> Iterable[Command]:
    """The parts of a refund that are set off go to their debts. VEERE-4.10.1-a."""
    for part in event.parts:
        yield RegisterSetOff(debt=part.debt, amount=part.amount, on=event.on)


PLAN = Procedure(
    name=PLAN_KEY,
    title="Betalingsregeling",
    state=Arrangement,
    commands=(RegisterSetOff, EndArrangement, ReportOverdueAssessment),
    events=(
        ArrangementGranted,
        InstalmentMissed,
        SetOffDecided,
        ArrangementPaused,
        PartDeferred,
        PauseEnded,
        ArrangementResumed,
        ArrangementEnded,
        ArrangementCompleted,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(PaymentBooked, AssessmentReduced, RegimeImposed, RegimeLifted, DeferralChanged),
    status=lambda plan: ("arrangement", "betalingsregeling geschorst" if plan.paused_by else "betalingsregeling"),
    tells={RefundCredited: _set_off_orders},
)
