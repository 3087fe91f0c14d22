"""What follows from a command on a debt? The one entry of the core: roles, lateness, the procedure's own answer, and
what the debt and the other procedures make of that answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from domain.debt.barriers import forbidding, refused
from domain.debt.commands import PAID_ELSEWHERE, DeclineQuestion, EndTerm, FixAssessment, RegisterPayment
from domain.debt.events import (
    AssessmentFixed,
    AssessmentNoticeSent,
    DebtReopened,
    DebtSettled,
    PaymentBooked,
    QuestionAnswered,
    QuestionAsked,
    RegimeImposed,
    Remitted,
    WrittenOff,
)
from domain.debt.evolve import addressed, evolve, with_letter_key
from domain.debt.facts import Context, Regime
from domain.debt.late_truth import Lived, late_since, relive
from domain.debt.letter_texts import ASSESSMENT_NOTICE
from domain.debt.letters import AmountLine, Instalment, LetterContent, Recipient
from domain.debt.procedure import followers, for_command, installed
from domain.debt.state import Balance, Debt, HasProcedures, PaymentTerm, Question, Term
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import Command, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import ZERO, equal_parts

NeedsHistory = Literal["needs history"]
NEEDS_HISTORY: NeedsHistory = "needs history"


def decide(
    command: Command, debt: Debt | None, ctx: Context, history: Sequence[Lived] | None = None
) -> tuple[Outcome | NeedsHistory, Debt | None]:
    """The events that follow from `command`, or its refusal; and the debt after it.

    A fact that comes late changes the past: without `history` (all accepted commands) the answer is then
    NEEDS_HISTORY, and the caller asks again with it.
    """
    if isinstance(command, RegisterPayment) and debt is not None and (refusal := _misdated(command, debt, ctx)):
        return refusal, debt
    since = None if debt is None else late_since(command, debt, ctx)
    if debt is not None and since is not None:
        if history is None:
            return NEEDS_HISTORY, debt
        if (repaired := relive(command, debt, ctx, history, since, decide_in_time)) is not None:
            return repaired
    return decide_in_time(command, debt, ctx)


def decide_in_time(command: Command, debt: Debt | None, ctx: Context) -> tuple[Outcome, Debt | None]:
    """What follows from `command` when nothing of the past has to be lived again, and the debt after it."""
    outcome = _answer(command, debt, ctx)
    return (outcome, debt) if isinstance(outcome, Refusal) else _with_consequences(outcome, command, debt, ctx)


def _misdated(command: RegisterPayment, debt: Debt, ctx: Context) -> Refusal | None:
    """Is the value date further ahead than a bank dates, or the payment far older than its debt? VEERE-4.3-a.

    Then it is a typing error, which would undo what was rightly done or leave standing what was not.
    """
    ahead = int(ctx.law.reading("value_date_days_ahead"))
    before = int(ctx.law.reading("payment_days_before_assessment"))
    if command.value_date > ctx.today + timedelta(days=ahead):
        text = f"De valutadatum {dutch_date(command.value_date)} ligt meer dan {ahead} dagen na vandaag."
        return Refusal("value_date_too_far", text, ("VEERE-4.3-a",))
    if command.channel in PAID_ELSEWHERE and command.effective_on > ctx.today:
        text = f"De dag van betalen, {dutch_date(command.effective_on)}, ligt na vandaag."
        return Refusal("paid_in_future", text, ("VEERE-4.3-b", "VEERE-4.3-c", "VEERE-4.3-d"))
    if command.effective_on < debt.dated - timedelta(days=before):
        text = f"{dutch_date(command.effective_on)} ligt meer dan {before} dagen voor de aanslag."
        return Refusal("payment_too_early", text, ("VEERE-4.3-a",))
    return None


def due_terms(case: HasProcedures) -> Iterable[Term]:
    """All that the case waits for: the terms of its procedures, and the questions that are asked again."""
    for state in case.procedures.values():
        yield from installed(state.procedure).terms(state, case)
    for question in case.questions.values():
        if question.ask_again_on is not None:
            yield Term(
                f"question:{question.task}",
                question.ask_again_on - timedelta(days=1),
                question.norms,
                "vraag opnieuw voorleggen",
                question.track,
            )


def _answer(command: Command, debt: Debt | None, ctx: Context) -> Outcome:
    if command.role not in type(command).roles:
        return Refusal(
            "role_not_allowed",
            f"{type(command).title} is niet aan {command.role.dutch}.",
            type(command).role_norms,
        )
    if isinstance(command, FixAssessment):
        return _fix(command, debt, ctx)
    if debt is None:
        return Refusal("unknown_debt", "Deze aanslag is niet bekend.", ("VEERE-2.1-a",))
    match command:
        case RegisterPayment():
            return _book(command, debt, ctx)
        case EndTerm():
            return end_term(command, debt, ctx)
        case DeclineQuestion():
            return decline(command, debt)
        case _:
            procedure = for_command(type(command))
            if procedure is None:
                raise TypeError(f"no procedure decides {type(command).__name__}; add it to the procedure's commands")
            return procedure.decide(command, debt, ctx)


def _fix(command: FixAssessment, debt: Debt | None, ctx: Context) -> Outcome:
    """Does the debt begin? VEERE-2.1-a to VEERE-2.1-e, VEERE-1.6-f."""
    if debt is not None:
        return Refusal("debt_exists", f"Aanslag {command.debt} bestaat al.", ("VEERE-2.1-a",))
    if command.tax not in ctx.law.taxes:
        known = f" staat niet in de {ctx.law.short}: {', '.join(ctx.law.taxes)}."
        text = (
            known
            if ctx.law.taxes
            else f": onder de {ctx.law.short} zelf stelt het systeem geen aanslag in invordering."
        )
        return Refusal("unknown_tax", f"Belastingsoort {command.tax!r}{text}")
    if not ctx.facts.debtor.registered:
        return Refusal(
            "debtor_not_registered",
            f"Belastingschuldige {command.debtor} is niet geregistreerd als particulier of ondernemer.",
            ("VEERE-1.6-f",),
        )
    if command.notice_sent_on is None and command.due[0] < ctx.today:
        return Refusal(
            "due_before_notice",
            f"De vervaldag {dutch_date(command.due[0])} is voorbij en het aanslagbiljet is nog niet verstuurd."
            " Stel een nieuwe vervaldag vast, of meld wanneer het biljet is verstuurd (notice_sent_on).",
            ("VEERE-2.1-a", "VEERE-2.1-c"),
        )
    if command.earlier_step is not None and command.earlier_step.dated >= ctx.law.valid_from:
        return Refusal(
            "not_taken_over",
            f"Alleen een stap van voor {dutch_date(ctx.law.valid_from)} wordt overgenomen.",
            ("VEERE-6-b",),
        )
    tracks = [""] if len(command.due) == 1 else [str(n + 1) for n in range(len(command.due))]
    terms = tuple(
        PaymentTerm(track, due, amount, command.fine if due == command.due[-1] else ZERO)
        for track, due, amount in zip(tracks, command.due, equal_parts(command.amount, len(command.due)), strict=True)
    )
    fixed = AssessmentFixed(
        on=command.dated,
        debt=command.debt,
        debtor=command.debtor,
        tax=command.tax,
        tax_year=command.tax_year or command.dated.year,
        dated=command.dated,
        assessed=Balance(tax=command.amount, fine=command.fine),
        terms=terms,
        rulebook=ctx.law.id,
        arose_on=command.arose_on,
        earlier_step=command.earlier_step,
    )
    held = [
        imposed(regime, ctx.today)
        for regime in ctx.facts.debtor.regimes
        if regime.covers(command.arose_on or command.dated, ctx.today)
    ]
    if command.notice_sent_on is not None:
        return [fixed, *held]
    facts = ctx.facts.debtor
    by_message_box = facts.message_box and not facts.representative  # the box is the debtor's own
    norms = ["VEERE-2.1-c"]
    norms += ["VEERE-2.1-d"] if facts.representative else []
    norms += ["VEERE-2.1-e", "VEERE-2.1-f"] if by_message_box else []
    return [
        fixed,
        AssessmentNoticeSent(
            on=ctx.today,
            norms=tuple(norms),
            letter=_notice(fixed, ctx),
            channel="message_box" if by_message_box else "post",
        ),
        *held,
    ]


def imposed(regime: Regime, today: date) -> RegimeImposed:
    """A regime of the debtor reaches a debt: one that is there, or one that starts while it holds."""
    return RegimeImposed(
        on=today,
        instance=regime.regime,
        norms=regime.norms,
        regime=regime.regime,
        since=regime.since,
        until=regime.until,
        what=regime.text,
        attachments="lapse" if regime.attachments == "lapse" else "sleep",
        at_end=regime.at_end,
    )


def _notice(fixed: AssessmentFixed, ctx: Context) -> LetterContent:
    kind = ctx.law.taxes[fixed.tax].label
    amounts = [AmountLine(label=f"{kind.capitalize()} {fixed.tax_year}", amount=fixed.assessed.tax)]
    if fixed.assessed.fine:
        amounts.append(AmountLine(label="Boete", amount=fixed.assessed.fine))
    parts = list(fixed.terms)
    schedule = tuple(Instalment(due_on=t.due, amount=t.amount + t.fine) for t in parts)
    return ASSESSMENT_NOTICE.compose(
        dated=ctx.today,
        reference=fixed.debt,
        amounts=tuple(amounts),
        pay_by=fixed.terms[-1].due,
        schedule=schedule if len(parts) > 1 else (),
        recipient=Recipient.REPRESENTATIVE if ctx.facts.debtor.representative else None,
        tax=kind,
        year=fixed.tax_year,
    )


def _book(command: RegisterPayment, debt: Debt, ctx: Context) -> Outcome:
    """How is a payment booked? First costs, then interest, then tax; the rest is passed on. VEERE-4-a, VEERE-4.4-c."""
    channel = ctx.law.channels[command.channel]
    parts = debt.open.allocate(command.amount)
    norms = [*channel.norms, "VEERE-4-a", "VEERE-4.4-a"]
    surplus = command.amount - parts.total
    return [
        PaymentBooked(
            on=command.effective_on,
            norms=tuple(norms + (["VEERE-4.4-c"] if surplus else [])),
            paid=command.amount,
            channel=command.channel,
            label=channel.label,
            parts=parts,
            surplus=surplus,
            value_date=command.value_date,
        )
    ]


def end_term(command: EndTerm, case: HasProcedures, ctx: Context) -> Outcome:
    """What follows now that a term has ended? Nothing before its last day is over or against a barrier."""
    term = next((t for t in due_terms(case) if t.name == command.term), None)
    if term is None:
        return Refusal("no_such_term", f"Er loopt geen termijn {command.term}.")
    if ctx.today <= term.last_day:
        return Refusal(
            "term_runs", f"De termijn loopt nog tot en met {dutch_date(term.last_day)}.", term.norms, term.last_day
        )
    if isinstance(case, Debt) and (stands := _against(term, case, ctx)):
        return stands
    if term.name.startswith("question:"):
        question = case.questions[term.name.removeprefix("question:")]
        return [
            QuestionAsked(
                on=ctx.today,
                norms=question.norms,
                track=question.track,
                question=replace(question, opened_on=ctx.today, ask_again_on=None),
            )
        ]
    for state in case.procedures.values():
        procedure = installed(state.procedure)
        if term in procedure.terms(state, case):
            assert procedure.end_term is not None, f"{procedure.name} has terms, so it says what follows"
            return procedure.end_term(state, term, case, ctx)
    raise AssertionError(f"term {term.name} belongs to a procedure")


def _against(term: Term, debt: Debt, ctx: Context) -> Refusal | None:
    measure = term.measure
    barrier = forbidding(debt, ctx.law, measure, ctx.today, term.track) if measure else None
    return refused(barrier, measure) if barrier and measure else None


def decline(command: DeclineQuestion, case: HasProcedures) -> Outcome:
    """Is the question open that is answered with no?"""
    question = case.questions.get(command.question)
    if question is None:
        open_ = ", ".join(case.questions) or "geen"
        return Refusal("no_such_question", f"Vraag {command.question} staat niet open. Open: {open_}.")
    if question.asked_of is not Role.COLLECTION_OFFICER:
        return Refusal("role_not_allowed", f"Deze vraag is aan {question.asked_of.dutch}.", question.norms)
    if question.must_decide and command.ask_again_on is None:
        ways = ", ".join(question.answers)
        return Refusal(
            "decision_needed", f"Hierover wordt beslist met {ways}; uitstellen kan met ask_again_on.", question.norms
        )
    return []


def _with_consequences(
    outcome: list[Event], command: Command, debt: Debt | None, ctx: Context
) -> tuple[list[Event], Debt | None]:
    """`outcome` with what the debt and the other procedures make of it, and the question that it answers closed."""
    events: list[Event] = []
    queue = deque([*outcome, *answered(command, debt, ctx)])
    while queue:
        event = queue.popleft()
        event = addressed(event, ctx.facts.debtor)
        if debt is not None:
            event = with_letter_key(event, debt.debt, debt.letters)
        debt = evolve(debt, event)
        events.append(event)
        for procedure in followers(type(event)):
            queue.extend(procedure.follow(event, debt, ctx))
        if not queue and (settled := _settle(debt, events)):
            queue.append(settled)
    return events, debt


def _settle(debt: Debt, events: Sequence[Event]) -> Event | None:
    if debt.open.total <= 0 and debt.closed_on is None:
        booked = [e.on for e in events if isinstance(e, PaymentBooked)]
        given_up = any(isinstance(e, Remitted | WrittenOff) for e in events)
        return DebtSettled(on=max(booked, default=events[-1].on), given_up=given_up)
    if debt.open.total > 0 and debt.closed_on is not None:
        return DebtReopened(on=events[-1].on, open=debt.open.total)
    return None


def answered(command: Command, case: HasProcedures | None, ctx: Context) -> Iterable[Event]:
    """The questions that `command` answers are closed, with who answered and why."""
    if case is None or not isinstance(command, OfficialCommand):
        return
    declined = command if isinstance(command, DeclineQuestion) else None
    for question in case.questions.values():
        if declined.question == question.task if declined else _answers(command, question):
            yield QuestionAnswered(
                on=ctx.today,
                norms=question.norms,
                track=question.track,
                task=question.task,
                answer={"no": "nee", "seen": "gezien"}[declined.answer] if declined else type(command).title,
                by=command.by,
                role=command.role.dutch,
                reason=command.reason,
                ask_again_on=declined.ask_again_on if declined else None,
            )


def _answers(command: OfficialCommand, question: Question) -> bool:
    if command.command not in question.answers:
        return False
    about = getattr(command, command.answers_about) if command.answers_about else ""
    task = f"{question.kind}:{about}" if about else question.kind
    return not command.answers_about or question.task == task
