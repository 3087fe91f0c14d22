"""How a procedure of the debtor lets an insolvency regime begin and end for the debts that it reaches.

`pause` makes a whole procedure of what is most common: from the receipt of a notice on, all debts stand still until
the last day of a term, or until an earlier end is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain.debt.events import QuestionAnswered
from domain.debt.facts import AtEnd, Context
from domain.debt.procedure import Procedure
from domain.debt.state import Term
from domain.debtor.debtor import AfterRegime, Debtor, RegimeEnded, RegimeOrdered
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import OFFICER, Command, DebtId, DebtorId, Event, Outcome, Refusal, Role

Counsellor = Literal["nvvk_member", "municipality", "other"]


class ReportCollegeAppeal(Command):
    """A debt tells of an appeal about a decision that concerns all debts: it came in, or the College rejected it."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Beroep over alle aanslagen melden"

    command: Literal["report_college_appeal"] = "report_college_appeal"
    debtor: DebtorId
    from_debt: DebtId
    request: str
    on: date
    stands: Literal["waits", "late", "rejected"]


def begins(
    regime: str,
    since: date,
    ctx: Context,
    *,
    what: str,
    norms: tuple[str, ...],
    until: date | None = None,
    arisen_until: date | None = None,
    attachments: Literal["sleep", "lapse"] = "sleep",
    at_end: AtEnd = "resume",
    trustee: str = "",
    but: str = "",
) -> RegimeOrdered:
    """The regime begins on `since`, for all debts of the debtor, or those that arose until then; not for `but`."""
    return RegimeOrdered(
        on=ctx.today,
        norms=norms,
        regime=regime,
        since=since,
        until=until,
        arisen_until=arisen_until,
        what=what,
        attachments=attachments,
        at_end=at_end,
        trustee=trustee,
        debts=tuple(debt for debt in reached(ctx, arisen_until) if debt != but),
    )


def ends(
    regime: str,
    ctx: Context,
    *,
    why: str,
    norms: tuple[str, ...],
    debts: tuple[str, ...] = (),
    then: AfterRegime = "resume",
    request: str = "",
    on: date | None = None,
) -> RegimeEnded:
    """The regime ends for these debts (today, or on `on`); none where its last day ends it on each debt by itself."""
    return RegimeEnded(on=on or ctx.today, norms=norms, regime=regime, why=why, then=then, request=request, debts=debts)


def reached(ctx: Context, arisen_until: date | None = None) -> tuple[str, ...]:
    """Which open debts arose on that day or before (None: all)?"""
    return tuple(
        sorted(d.debt for d in ctx.facts.open_debts if arisen_until is None or (d.arose_on or d.dated) <= arisen_until)
    )


def holds(debtor: Debtor, regime: str) -> bool:
    """Does this regime hold for the debtor?"""
    return any(r.regime == regime for r in debtor.facts.regimes)


def lapsed(debtor: Debtor, norms: tuple[str, ...], ctx: Context, *kinds: str) -> list[Event]:
    """The open questions of these kinds are closed: there is nothing left to decide."""
    return [
        QuestionAnswered(
            on=ctx.today, norms=norms, task=q.task, answer="vervallen", by="engine", role=Role.ENGINE.dutch
        )
        for q in debtor.questions.values()
        if q.kind in kinds
    ]


def not_natural(debtor: Debtor, norms: tuple[str, ...], instead: str) -> Refusal | None:
    """Is the debtor known, and a natural person? Otherwise the refusal, with what there is `instead`."""
    if not debtor.facts.registered:
        text = f"Belastingschuldige {debtor.debtor} is niet geregistreerd als particulier of ondernemer."
        return Refusal("debtor_not_registered", text, ("VEERE-1.6-f",))
    if not debtor.facts.natural_person:
        text = f"Deze regeling geldt alleen voor natuurlijke personen. {instead}"
        return Refusal("not_a_natural_person", text, norms)
    return None


def other_counsellor(counsellor: Counsellor) -> Refusal | None:
    """Is the counsellor neither a member of the NVVK nor a municipality? Then article 4.13.2 rules. VEERE-4.13.1-e."""
    if counsellor != "other":
        return None
    text = "De schuldhulpverlener is geen lid van de NVVK en geen gemeente: behandel dit volgens par. 4.13.2."
    return Refusal("other_counsellor", text, ("VEERE-4.13.1-e",))


# -- a pause of all debts -------------------------------------------------------------------------------------------


class RegisterPause(Command):
    """A notice came in that lets all debts stand still."""

    roles: ClassVar = OFFICER

    debtor: DebtorId
    received_on: date


class RegisterPauseEnd(Command):
    """The pause ended before its last day."""

    roles: ClassVar = OFFICER

    debtor: DebtorId
    ended_on: date | None = Field(None, description="empty: today")
    why: str = Field(min_length=1, max_length=200, description="how it ended")


class PauseRegistered(Event):
    """All debts stand still."""

    received_on: date
    until: date


class PauseOver(Event):
    """The pause is over: each debt resumes where it stopped."""

    why: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The pause that runs, until that day included."""

    received_on: date
    until: date


def pause(
    *,
    name: str,
    title: str,
    state: type[Paused],
    commands: tuple[type[RegisterPause], type[RegisterPauseEnd]],
    events: tuple[type[PauseRegistered], type[PauseOver]],
    refuses: Callable[[Any, Debtor], Refusal | None],
    norms: tuple[str, ...],
    what: str,
    text: str,
) -> Procedure:
    """A pause of all debts: `name` is its procedure, its regime and its term in the rulebook.

    `refuses`: why the notice does not count; `norms`: on which the regime rests, first that of its term; `what`: what
    the debts are told; `text`: the term in Dutch.
    """
    begun, over = events
    rests_on = norms[:1]

    def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
        if isinstance(command, RegisterPauseEnd):
            return _end(command, debtor, ctx)
        assert isinstance(command, RegisterPause)
        if refusal := refuses(command, debtor):
            return refusal
        until = ctx.law.last_day(name, command.received_on)
        if not command.received_on <= ctx.today <= until:
            told = f"Ontvangen op {dutch_date(command.received_on)}: dat geeft vandaag geen stilstand."
            return Refusal("date_out_of_range", told, rests_on)
        return [
            begun(on=ctx.today, received_on=command.received_on, until=until),
            begins(name, command.received_on, ctx, what=what, norms=norms, until=until),
        ]

    def _end(command: RegisterPauseEnd, debtor: Debtor, ctx: Context) -> Outcome:
        running = debtor.procedures.get(name)
        if not isinstance(running, Paused):
            return Refusal(f"no_{name}", f"Dit loopt niet: {title.lower()}.", rests_on)
        ended_on = command.ended_on or ctx.today
        if not running.received_on <= ended_on <= ctx.today:
            told = f"Het einde ligt tussen {dutch_date(running.received_on)} en vandaag."
            return Refusal("date_out_of_range", told, rests_on)
        return [ends(name, ctx, why=command.why, norms=rests_on, debts=reached(ctx), on=ended_on)]

    def end_term(running: Paused, term: Term, debtor: Debtor, ctx: Context) -> Outcome:
        return [ends(name, ctx, why=f"de termijn is verstreken ({text})", norms=rests_on)]

    def follow(event: RegimeEnded, debtor: Debtor, ctx: Context) -> Iterable[Event]:
        if event.regime == name and name in debtor.procedures:
            yield over(on=event.on, why=event.why)

    def evolve(running: Paused | None, event: Event) -> Paused | None:
        return state(event.received_on, event.until) if isinstance(event, PauseRegistered) else None

    def terms(running: Paused, debtor: Debtor) -> Iterable[Term]:
        yield Term(f"{name}.ends", running.until, rests_on, text)

    return Procedure(
        name=name,
        title=title,
        state=state,
        commands=commands,
        events=events,
        decide=decide,
        evolve=evolve,
        terms=terms,
        end_term=end_term,
        follow=follow,
        follows=(RegimeEnded,),
        of_debtor=True,
    )
