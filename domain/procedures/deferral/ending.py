"""What ends a request or a deferral: a refusal, a withdrawal, its last day, or the ruling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from domain.debt.events import DeferralStopped, QuestionLapsed
from domain.debt.facts import Context
from domain.debt.letters import LetterContent, LetterSpec
from domain.debt.state import Debt
from domain.kernel.messages import Event
from domain.kernel.money import ZERO, Money
from domain.procedures.deferral.events import DeferralEnded, DeferralRefused, DeferralWithdrawn
from domain.procedures.deferral.letters import ENDED, REFUSED, WITHDRAWN
from domain.procedures.deferral.state import Deferral, key


def refuse(state: Deferral, why: str, norms: tuple[str, ...], debt: Debt, ctx: Context) -> list[Event]:
    """The refusal by letter; 14 days, and appeal to the College. VEERE-4.10.4-a, VEERE-4.10.5-a."""
    refused = DeferralRefused(
        on=ctx.today,
        instance=state.request,
        norms=(*norms, "VEERE-4.10.5-a"),
        request=state.request,
        tracks=state.tracks,
        why=why,
        letter=_letter(REFUSED, state, why, debt, ctx),
    )
    return [refused, _stopped(state, "refused", ctx)]


def withdraw(state: Deferral, why: str, debt: Debt, ctx: Context) -> list[Event]:
    """The withdrawal by letter; 14 days, and appeal to the College. VEERE-4.10.4-a, VEERE-4.10.5-a."""
    withdrawn = DeferralWithdrawn(
        on=ctx.today,
        instance=state.request,
        norms=("VEERE-4.9.1-b", "VEERE-4.10.5-a"),
        request=state.request,
        why=why,
        letter=_letter(WITHDRAWN, state, why, debt, ctx),
    )
    return [withdrawn, _stopped(state, "withdrawn", ctx)]


def end(state: Deferral, why: Literal["expired", "ruled"], words: str, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Nobody decides: it ends by itself. 14 days from the letter, no appeal. VEERE-4.9.3-h, VEERE-4.10.4-a.

    Readings `fourteen_days_after_ruling`, `fourteen_days_start`.
    """
    open_ = open_of(state, debt)
    stops = bool(open_) and (state.stage == "granted" or (state.stage == "asked" and state.held))
    waits = why == "expired" or ctx.law.reading("fourteen_days_after_ruling") == "yes"
    letter = None
    if stops:
        contact = ctx.law.contact
        letter = ENDED.compose(
            dated=ctx.today,
            reference=debt.debt,
            what="Uw uitstel van betaling" if state.stage == "granted" else "De behandeling van uw verzoek om uitstel",
            why=words,
            deferred=open_,
            wait_days=ctx.law.terms["resume_after_deferral"].dutch if waits else None,
            wait_until=ctx.law.last_day("resume_after_deferral", ctx.today) if waits else None,
            email=contact.email if contact and why == "ruled" else None,
            post=contact.post if contact and why == "ruled" else None,
        )
    yield DeferralEnded(
        on=ctx.today,
        instance=state.request,
        norms=("VEERE-4.9.3-h",) if why == "ruled" else ("VEERE-4.9.1-b",),
        request=state.request,
        ran=state.stage in ("asked", "granted"),
        why=words,
        letter=letter,
    )
    for kind in ("decide_deferral", "withdraw_deferral"):
        if (question := debt.questions.get(f"{kind}:{state.request}")) is not None:
            yield QuestionLapsed(on=ctx.today, norms=question.norms, task=question.task, asks=question.question)
    if stops and waits:
        yield _stopped(state, why, ctx)


def open_of(state: Deferral, debt: Debt) -> Money:
    """What is open of tax and fine on the parts set apart, in euro."""
    parts = [debt.open_of(t.track) for t in debt.terms if t.track in state.tracks]
    return sum((p.tax + p.fine for p in parts), ZERO)


def _letter(spec: LetterSpec, state: Deferral, why: str, debt: Debt, ctx: Context) -> LetterContent:
    return spec.compose(
        dated=ctx.today,
        reference=debt.debt,
        deferred=open_of(state, debt) or state.tax + state.fine,
        why=why,
        wait_days=ctx.law.terms["resume_after_deferral"].dutch,
        wait_until=ctx.law.last_day("resume_after_deferral", ctx.today),
        appeal_days=ctx.law.terms["college_appeal"].dutch,
        appeal_until=ctx.law.last_day("college_appeal", ctx.today),
    )


def _stopped(
    state: Deferral, why: Literal["refused", "withdrawn", "expired", "ruled"], ctx: Context
) -> DeferralStopped:
    return DeferralStopped(
        on=ctx.today,
        norms=("VEERE-4.10.4-a",),
        why=why,
        request=key(state.request),
        tracks=state.tracks,
        decided_on=ctx.today,
        appealable=why in ("refused", "withdrawn"),
    )
