"""What follows from a request, an officer's decision on it, the end of a term, or a ruling?"""

from __future__ import annotations

from collections.abc import Iterable

from domain.debt.barriers import of_procedures
from domain.debt.events import (
    REMEDIES,
    DeferralRestored,
    DeferralStopped,
    ExceptionMade,
    QuestionAsked,
    RemedyRuled,
    RemedySought,
)
from domain.debt.facts import Context
from domain.debt.state import Debt, Question, Term
from domain.kernel.dutch import dutch_date, dutch_list
from domain.kernel.messages import Command, Event, Outcome, Refusal
from domain.procedures.deferral.commands import (
    AllowDespiteDeferral,
    GrantDeferral,
    OnDeferral,
    RecordSecurity,
    RefuseDeferral,
    RequestDeferral,
    WithdrawDeferral,
)
from domain.procedures.deferral.ending import end, refuse, withdraw
from domain.procedures.deferral.events import (
    ConditionChecked,
    DeferralDecisionNear,
    DeferralGranted,
    SecurityRecorded,
)
from domain.procedures.deferral.letters import GRANTED
from domain.procedures.deferral.request import ask, not_asked, remedy, requested, rests_on_woz, set_apart, sought
from domain.procedures.deferral.state import Deferral, key


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """What follows from a request, or from an officer's decision on it?"""
    match command:
        case RequestDeferral():
            return requested(command, debt, ctx)
        case AllowDespiteDeferral():
            return _allow(command, debt, ctx)
        case OnDeferral():
            stage = "asked" if isinstance(command, GrantDeferral | RefuseDeferral) else "granted"
            state = debt.procedures.get(key(command.request))
            if not isinstance(state, Deferral) or state.stage != stage:
                what = "wacht geen verzoek om uitstel op een besluit" if stage == "asked" else "loopt geen uitstel"
                return Refusal("no_request", f"Er {what} ({command.request}).", ("VEERE-4.9.1-b",))
            return _on_request(command, state, debt, ctx)
        case _:
            raise TypeError(f"deferral does not decide {type(command).__name__}")


def _on_request(command: OnDeferral, state: Deferral, debt: Debt, ctx: Context) -> Outcome:
    match command:
        case GrantDeferral():
            return _grant(command, state, debt, ctx)
        case RefuseDeferral():
            return _refuse(command, state, debt, ctx)
        case RecordSecurity():
            return _secure(command, state, ctx)
        case WithdrawDeferral() if command.reason.strip():
            return withdraw(state, command.reason, debt, ctx)
        case WithdrawDeferral():
            return Refusal("reason_required", "Intrekken van uitstel vraagt een reden.", ("VEERE-4.10.5-a",))
        case _:
            raise TypeError(f"deferral does not decide {type(command).__name__}")


def _grant(command: GrantDeferral, state: Deferral, debt: Debt, ctx: Context) -> Outcome:
    """May it be granted, and under which conditions? VEERE-4.9.1-b, VEERE-4.9.1-c, VEERE-4.9.3-b, VEERE-4.9.4-a."""
    if rests_on_woz(state, debt, ctx) and command.woz_final is not False:
        text = "Gaat het over een WOZ-beschikking die definitief is? Dan geen uitstel. Zo niet: zet woz_final op false."
        return Refusal("woz_final" if command.woz_final else "woz_unanswered", text, ("VEERE-4.9.3-b",))
    days = [c.by for c in command.conditions] + ([command.until] if command.until else [])
    if any(day <= ctx.today for day in days) or (state.request == "other" and not command.until):
        text = "Einddatum en voorwaarden moeten na vandaag liggen; zonder bezwaar of beroep is een einddatum nodig."
        return Refusal("wrong_date", text, ("VEERE-4.9.1-b",))
    splits, tracks = set_apart(state, debt, ctx) if not state.tracks else ([], state.tracks)
    deferred = min(state.tax, debt.open.tax) + min(state.fine, debt.open.fine)
    if not deferred:
        return Refusal("nothing_open", "Van wat wordt betwist staat niets meer open.", ("VEERE-4.9.3-f",))
    conditions = tuple(sorted(command.conditions, key=lambda c: c.by))
    granted = DeferralGranted(
        on=ctx.today,
        instance=state.request,
        norms=_granted_on(command, state),
        request=state.request,
        tracks=tracks,
        deferred=deferred,
        paid_before=debt.paid,
        until=command.until,
        conditions=conditions,
        other_conditions=command.other_conditions,
        letter=GRANTED.compose(
            dated=ctx.today,
            reference=debt.debt,
            deferred=deferred,
            until=command.until,
            remedy=None if state.request == "other" else REMEDIES[remedy(state)],
            rest=debt.open.total - deferred or None,
            conditions=(*(c.dutch for c in conditions), *command.other_conditions) or None,
        ),
    )
    return [*splits, granted]


def _granted_on(command: GrantDeferral, state: Deferral) -> tuple[str, ...]:
    norms = ["VEERE-4.9.1-b", "VEERE-4.9.1-d"]
    norms += ["VEERE-4.9.1-c"] if any(c.what == "security" for c in command.conditions) else []
    norms += ["VEERE-4.9.3-f"] if state.tax else []
    norms += ["VEERE-4.9.4-b" if state.tax else "VEERE-4.9.4-a"] if state.fine else []
    return tuple(norms)


def _refuse(command: RefuseDeferral, state: Deferral, debt: Debt, ctx: Context) -> Outcome:
    """Is there a reason to refuse? What the College granted is not refused again. VEERE-4.9.3-b, VEERE-4.9.4-a."""
    if state.channel == "college":
        text = "Het college heeft het beroep toegewezen: verleen het uitstel."
        return Refusal("college_decided", text, ("VEERE-4.10.5-c",))
    if command.woz_final:
        why = "Uw bezwaar gaat over een WOZ-beschikking die al definitief is. Daarvoor krijgt u geen uitstel."
        return refuse(state, f"{why} {command.reason}".strip(), ("VEERE-4.9.3-b",), debt, ctx)
    if not command.reason.strip():
        return Refusal("reason_required", "Weigeren van uitstel vraagt een reden.", ("VEERE-4.9.1-b",))
    if state.channel == "proposal":
        return [not_asked(state, command.reason, ("VEERE-4.9.4-a",), ctx)]
    return refuse(state, command.reason, ("VEERE-4.9.1-b",), debt, ctx)


def _secure(command: RecordSecurity, state: Deferral, ctx: Context) -> Outcome:
    """Is this the security that was demanded? VEERE-4.9.1-c."""
    demanded = [c for c in state.conditions if c.what == "security"]
    given = next((c for c in demanded if c.form in ("", command.form) and c.euro <= command.amount), None)
    if given is None:
        asked = dutch_list([c.dutch for c in demanded]) or "geen"
        return Refusal("not_the_security", f"Dit is niet de zekerheid die is gevraagd: {asked}.", ("VEERE-4.9.1-c",))
    return [SecurityRecorded(on=ctx.today, instance=state.request, condition=given, security=command.amount)]


def _allow(command: AllowDespiteDeferral, debt: Debt, ctx: Context) -> Outcome:
    """Are the municipality's interests in danger, or is the deferral abused? VEERE-4.9.1-e."""
    if not command.reason.strip():
        return Refusal("reason_required", "Doorgaan ondanks uitstel vraagt een reden.", ("VEERE-4.9.1-e",))
    yielding = {key for key, b in of_procedures(debt) if b.yields and (b.until is None or ctx.today <= b.until)}
    if not yielding:
        text = "Er loopt geen uitstel waarop een uitzondering kan worden gemaakt."
        return Refusal("no_deferral", text, ("VEERE-4.9.1-e", "VEERE-4.10.4-a"))
    made = {"measures": command.measures, "ground": command.ground, "why": command.reason}
    return [ExceptionMade.model_validate({"on": ctx.today, "instance": key, **made}) for key in sorted(yielding)]


def end_term(state: Deferral, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Is the decision late, the deferral over, or was a condition not kept? VEERE-4.9.1-b, VEERE-4.9.1-c."""
    if term.name.endswith(".decision"):
        assert state.decide_by is not None
        return [DeferralDecisionNear(on=ctx.today, instance=state.request, decide_by=state.decide_by)]
    if term.name.endswith(".until"):
        return list(end(state, "expired", "de afgesproken datum is voorbij", debt, ctx))
    condition = state.conditions[0]
    kept = condition.what == "payment" and debt.paid - state.paid_before >= condition.euro
    checked = ConditionChecked(on=ctx.today, instance=state.request, norms=term.norms, condition=condition, kept=kept)
    if kept:
        return [checked]
    question = Question(
        task=f"withdraw_deferral:{state.request}",
        kind="withdraw_deferral",
        question=f"Een voorwaarde van het uitstel is niet nagekomen: {condition.dutch}. Uitstel intrekken?",
        norms=term.norms,
        answers=("withdraw_deferral",),
        opened_on=ctx.today,
    )
    return [checked, QuestionAsked(on=ctx.today, norms=term.norms, question=question)]


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """A remedy may ask for deferral, its ruling ends it, and the College can open the request again."""
    match event:
        case RemedySought():
            yield from sought(event, debt, ctx)
        case RemedyRuled():
            words = f"er is op {dutch_date(event.ruled_on)} uitspraak gedaan op uw {event.remedy_in_dutch}"
            for state in [*debt.procedures.values(), *debt.past.values()]:
                if isinstance(state, Deferral) and state.request in (event.remedy, f"fine_{event.remedy}"):
                    yield from end(state, "ruled", words, debt, ctx)
        case DeferralRestored() if event.request.startswith("deferral:"):
            state = debt.known(event.request)
            if isinstance(state, Deferral):
                yield from ask(state, "college", event.on, event.norms, debt, ctx)
            else:  # the ruling came before the College decided
                yield DeferralStopped(
                    on=ctx.today,
                    norms=("VEERE-4.9.3-h", "VEERE-4.10.4-a"),
                    why="ruled",
                    request=event.request,
                    tracks=event.tracks,
                    decided_on=ctx.today,
                    appealable=False,
                )
