"""Administratief beroep bij het college: when does collection go on after a refused or ended deferral?

Only after 14 days, where it stopped (VEERE-4.10.4). Within 10 days of a refusal or withdrawal the debtor can appeal to
the College, handing it in with the collection officer; collection then waits for the College (VEERE-4.10.5). Appeals
against a new arrangement (VEERE-4.10-b) and requests passed on as appeals (VEERE-4.10-a) go the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, Literal

from domain.debt.events import (
    DecisionAppealable,
    DeferralRestored,
    DeferralStopped,
    ForwardedToCollege,
    QuestionAsked,
)
from domain.debt.facts import Context
from domain.debt.letters import LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import COERCIVE, LADDER, Barrier, Debt, Question, Term
from domain.debtor.regimes import ReportCollegeAppeal
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role

# -- commands -----------------------------------------------------------------------------------------------------


class AppealToCollege(Command):
    """The debtor hands in an appeal to the College with the collection officer (VEERE-4.10.5-c)."""

    title: ClassVar = "Beroep bij het college registreren"

    command: Literal["appeal_to_college"] = "appeal_to_college"
    debt: DebtId
    request: str = "deferral:objection"
    received_on: date
    reasoned: bool = True
    representative: bool = False

    @property
    def effective_on(self) -> date:
        return self.received_on


class SupplyReasons(Command):
    """The reasons that were asked for came in (VEERE-4.10.5-d)."""

    title: ClassVar = "Motivering van het beroep registreren"

    command: Literal["supply_reasons"] = "supply_reasons"
    debt: DebtId
    request: str = "deferral:objection"


class DecideAppeal(OfficialCommand):
    """The College decides the appeal (VEERE-4.10.5-c, VEERE-4.10.5-f)."""

    roles: ClassVar = frozenset({Role.COLLEGE})
    role_norms: ClassVar = ("VEERE-4.10.5-c",)
    title: ClassVar = "Beslissing van het college"
    answers_about: ClassVar = "request"

    command: Literal["decide_appeal"] = "decide_appeal"
    debt: DebtId
    request: str = "deferral:objection"
    decision: Literal["granted", "rejected"]


# -- events -------------------------------------------------------------------------------------------------------


class CollectionPaused(Event):
    """Nothing is done about these parts until the 14 days are over; until when appeal can be made."""

    type: ClassVar = "collection.paused.v1"
    says: ClassVar = "Invordering gaat op zijn vroegst verder na {until}.{appeal_in_dutch}"

    request: str
    refused: bool
    tracks: tuple[str, ...]
    decided_on: date
    until: date | None
    appeal_until: date | None

    @property
    def appeal_in_dutch(self) -> str:
        """Until when appeal can be made."""
        return f" Beroep bij het college kan tot en met {dutch_date(self.appeal_until)}." if self.appeal_until else ""


class WaitEnded(Event):
    """The 14 days and the term for an appeal are over, and there was none."""

    type: ClassVar = "collection.wait_ended.v1"
    says: ClassVar = "De wachttijd na de beslissing is voorbij{and_appeal}."

    appealable: bool

    @property
    def and_appeal(self) -> str:
        """Could there have been an appeal?"""
        return "; er is geen beroep bij het college ingesteld" if self.appealable else ""


class AppealOpened(CollectionPaused):
    """A decision that stops nothing is open to appeal."""

    type: ClassVar = "college_appeal.opened.v1"
    says: ClassVar = "Beroep bij het college kan tot en met {appeal_until}."


class AppealReceived(Event):
    """The appeal is there: in time or late; `holds`: collection waits for the College's decision."""

    type: ClassVar = "college_appeal.received.v1"
    says: ClassVar = "Beroep bij het college ontvangen op {received_on}, {timely}.{holding}"

    request: str
    tracks: tuple[str, ...]
    received_on: date
    late: bool
    holds: bool
    representative: bool

    @property
    def timely(self) -> str:
        """In time or late."""
        return "te laat" if self.late else "op tijd"

    @property
    def holding(self) -> str:
        """Does collection wait?"""
        return " De invordering wacht op de beslissing." if self.holds else ""


class ReasonsRequested(Act):
    """The appellant is asked for reasons."""

    type: ClassVar = "college_appeal.reasons_requested.v1"
    says: ClassVar = "Om een nadere motivering gevraagd, uiterlijk op {until}."
    norms: tuple[str, ...] = ("VEERE-4.10.5-d",)
    title: ClassVar = "verzoek om motivering van het beroep"

    until: date


class AppealForwarded(Event):
    """The appeal and its file go to the College."""

    type: ClassVar = "college_appeal.forwarded.v1"
    says: ClassVar = "Beroep met dossier doorgestuurd aan het college{without}; beslissen uiterlijk op {decide_by}."
    norms: tuple[str, ...] = ("VEERE-4.10.5-c",)

    reasoned: bool
    warn_on: date
    decide_by: date

    @property
    def without(self) -> str:
        """Without reasons?"""
        return "" if self.reasoned else ", zonder nadere motivering"


class AppealDecisionNear(Event):
    """Alarm: the term for the College's decision is about to end."""

    type: ClassVar = "college_appeal.decision_near.v1"
    says: ClassVar = "Waarschuwing: het college moet uiterlijk op {decide_by} op het beroep beslissen."
    norms: tuple[str, ...] = ("VEERE-4.10.5-c",)

    decide_by: date


class AppealDecided(Act):
    """The College's decision goes to the debtor, with its reasons."""

    type: ClassVar = "college_appeal.decided.v1"
    says: ClassVar = "Beslissing van het college: beroep {decision_in_dutch}. {why}"
    title: ClassVar = "beslissing op beroep"

    decision: Literal["granted", "rejected"]
    why: str

    @property
    def decision_in_dutch(self) -> str:
        """The decision in Dutch."""
        return _DECISIONS[self.decision]


class AppealDecisionCopied(Act):
    """The College's decision goes to the representative too."""

    type: ClassVar = "college_appeal.decision_copied.v1"
    says: ClassVar = "Beslissing van het college ook gestuurd aan de gemachtigde."
    norms: tuple[str, ...] = ("VEERE-4.10.5-e",)
    title: ClassVar = "beslissing op beroep (gemachtigde)"


_DECISIONS: Final = {"granted": "toegewezen", "rejected": "afgewezen"}

# -- letters ------------------------------------------------------------------------------------------------------

_BASIS: Final = ("artikel 25 Invorderingswet 1990", "artikel 4.10.5 Leidraad invordering gemeente Veere")

REASONS = LetterSpec(
    kind="appeal_reasons_requested",
    title="Verzoek om motivering van het beroep",
    subject="Uw beroep bij het college: wij vragen u om uitleg",
    blocks={
        "received": "Op {received_on} kregen wij uw beroep aan het college van burgemeester en wethouders.",
        "reasons": "Daarin staat nog niet duidelijk waarom u het niet eens bent met onze beslissing van {decided_on}.",
        "term": "Schrijf ons dat uiterlijk op {until}. Daarna gaat uw beroep in elk geval naar het college.",
    },
    required=frozenset({"reasons", "term"}),
    legal_basis=_BASIS,
    norms=("VEERE-4.10.5-d",),
)

DECISION = LetterSpec(
    kind="college_decision",
    title="Beslissing op beroep",
    subject="Beslissing van het college op uw beroep",
    blocks={
        "decision": (
            "Op {received_on} kregen wij uw beroep. Het college van burgemeester en wethouders heeft het {decision}."
        ),
        "why": "Dit zijn de redenen van het college: {why}",
        "granted": "De invorderingsambtenaar past zijn beslissing nu aan. Daarover krijgt u een aparte brief.",
        "rejected": (
            "Wij wachten nog {wait_days}: tot en met {wait_until} doen wij niets. Daarna gaan wij verder waar wij waren"
            " gebleven."
        ),
    },
    required=frozenset({"decision", "why"}),
    optional=frozenset({"granted", "rejected"}),
    legal_basis=_BASIS,
    norms=("VEERE-4.10.5-e", "VEERE-4.10.5-f"),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CollegeAppeal:
    """What may be appealed, and the appeal. `until`: last of the 14 days; `reasons_until`: reasons are waited for.

    `passed`: the days and the term are over without an appeal; a late one still goes to the College.
    """

    procedure: ClassVar[str] = "college_appeal"

    request: str
    refused: bool
    tracks: tuple[str, ...]
    decided_on: date
    until: date | None
    appeal_until: date | None
    received_on: date | None = None
    holds: bool = False
    representative: bool = False
    reasons_until: date | None = None
    warn_on: date | None = None
    decide_by: date | None = None
    passed: bool = False


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """Is there a decision to appeal against, and who decides? VEERE-4.10.5-a, VEERE-4.10.5-c."""
    assert isinstance(command, AppealToCollege | SupplyReasons | DecideAppeal)
    state = debt.known(_key(command.request))
    if not isinstance(state, CollegeAppeal) or state.appeal_until is None:
        known = [*debt.procedures.values(), *debt.past.values()]
        text = f"Er is geen beslissing over {command.request} waartegen beroep bij het college open staat."
        open_ = [s.request for s in known if isinstance(s, CollegeAppeal) and s.appeal_until]
        text += f" Wel over (veld request): {', '.join(sorted(open_))}." if open_ else ""
        return Refusal("no_appeal", text, ("VEERE-4.10.5-a",))
    match command:
        case AppealToCollege():
            return _appeal(command, state, debt, ctx)
        case SupplyReasons() if state.reasons_until is None:
            return Refusal("no_reasons_asked", "Er is niet om een motivering gevraagd.", ("VEERE-4.10.5-d",))
        case SupplyReasons():
            return _forward(state, True, ctx)
        case DecideAppeal():
            return _decide(command, state, debt, ctx)


def _appeal(command: AppealToCollege, state: CollegeAppeal, debt: Debt, ctx: Context) -> Outcome:
    """Is there no appeal yet, and does this one give reasons? VEERE-4.10.5-a, VEERE-4.10.5-d."""
    if not state.decided_on <= command.received_on <= ctx.today:
        text = f"Het beroep kan niet van {dutch_date(command.received_on)} zijn: voor de beslissing, of na vandaag."
        return Refusal("wrong_date", text, ("VEERE-4.10.5-b",))
    of_debtor = command.request.startswith("regime:")
    if state.received_on is not None or (of_debtor and "regime:college_appeal" in debt.procedures):
        return Refusal("appeal_open", "Er loopt al een beroep over deze beslissing.", ("VEERE-4.10.5-a",))
    received = _received(state, command.received_on, ctx, representative=command.representative)
    if command.reasoned:
        return [received, *_forward(state, True, ctx)]
    until = ctx.law.last_day("appeal_reasons", ctx.today)
    letter = REASONS.compose(
        dated=ctx.today,
        reference=debt.debt,
        recipient=Recipient.REPRESENTATIVE if command.representative else None,
        received_on=command.received_on,
        decided_on=state.decided_on,
        until=until,
    )
    return [received, ReasonsRequested(on=ctx.today, instance=state.request, until=until, letter=letter)]


def _received(
    state: CollegeAppeal, received_on: date, ctx: Context, *, representative: bool = False, forwarded: bool = False
) -> AppealReceived:
    """Is the appeal in time, and does collection wait for it? VEERE-4.10.5-b, VEERE-4.10.4-b.

    Readings `late_appeal_holds`, `appeal_about_withdrawal_holds`. A forwarded request has no term to be late for.
    """
    late = state.appeal_until is not None and received_on > state.appeal_until
    holds = state.until is not None
    holds &= not late or ctx.law.reading("late_appeal_holds") == "yes"
    holds &= state.refused or ctx.law.reading("appeal_about_withdrawal_holds") == "yes"
    return AppealReceived(
        on=ctx.today,
        instance=state.request,
        norms=("VEERE-4.10.5-a", "VEERE-4.10.5-b", *(("VEERE-4.10.4-b",) if holds else ())),
        request=state.request,
        tracks=state.tracks,
        received_on=received_on,
        late=late and not forwarded,
        holds=holds,
        representative=representative,
    )


def _forward(state: CollegeAppeal, reasoned: bool, ctx: Context) -> list[Event]:
    """The College gets the appeal with the file, and is asked to decide. VEERE-4.10.5-c."""
    decide_by = ctx.law.last_day("college_decision", ctx.today)
    question = Question(
        task=f"decide_appeal:{state.request}",
        kind="decide_appeal",
        question=f"Beroep over de beslissing van {dutch_date(state.decided_on)}: wat beslist het college, en waarom?",
        norms=("VEERE-4.10.5-c", "VEERE-4.10.5-f"),
        answers=("decide_appeal",),
        opened_on=ctx.today,
        deadline=decide_by,
        asked_of=Role.COLLEGE,
    )
    forwarded = AppealForwarded(
        on=ctx.today,
        instance=state.request,
        reasoned=reasoned,
        warn_on=ctx.law.warning_day(decide_by),
        decide_by=decide_by,
    )
    return [forwarded, QuestionAsked(on=ctx.today, norms=question.norms, question=question)]


def _decide(command: DecideAppeal, state: CollegeAppeal, debt: Debt, ctx: Context) -> Outcome:
    """What does the College decide, and why? A rejection starts a new 14 days. VEERE-4.10.5-e, -f, VEERE-4.10.4-a."""
    if state.received_on is None or state.reasons_until is not None:
        text = "Er ligt geen beroep bij het college." if state.received_on is None else "De motivering wordt afgewacht."
        return Refusal("no_appeal_forwarded", text, ("VEERE-4.10.5-d",), state.reasons_until)
    if not command.reason.strip():
        return Refusal("reason_required", "De beslissing van het college vermeldt de redenen.", ("VEERE-4.10.5-f",))
    granted = command.decision == "granted"
    waits = not granted and state.until is not None
    letter = DECISION.compose(
        dated=ctx.today,
        reference=debt.debt,
        received_on=state.received_on,
        decision=_DECISIONS[command.decision],
        why=command.reason,
        wait_days=ctx.law.terms["resume_after_deferral"].dutch if waits else None,
        wait_until=ctx.law.last_day("resume_after_deferral", ctx.today) if waits else None,
    )
    events: list[Event] = []
    if state.representative:
        copy = letter.model_copy(update={"recipient": Recipient.REPRESENTATIVE})
        events.append(AppealDecisionCopied(on=ctx.today, instance=state.request, letter=copy))
    events.append(
        AppealDecided(
            on=ctx.today,
            instance=state.request,
            norms=("VEERE-4.10.5-c", "VEERE-4.10.5-e", "VEERE-4.10.5-f"),
            decision=command.decision,
            why=command.reason,
            letter=letter,
        )
    )
    if granted:
        events.append(DeferralRestored(on=ctx.today, request=state.request, tracks=state.tracks))
    elif waits:
        events.append(
            DeferralStopped(
                on=ctx.today,
                norms=("VEERE-4.10.4-a", "VEERE-4.10.4-b"),
                why="appeal_rejected",
                request=state.request,
                tracks=state.tracks,
                decided_on=ctx.today,
                appealable=False,
            )
        )
    return events


def end_term(state: CollegeAppeal, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Are the 14 days over, do the reasons stay away, or is the College's decision nearly late?

    VEERE-4.10.4-a, VEERE-4.10.5-b, VEERE-4.10.5-c, VEERE-4.10.5-d.
    """
    if term.name.endswith(".wait"):
        appealable = state.appeal_until is not None
        return [WaitEnded(on=ctx.today, instance=state.request, norms=term.norms, appealable=appealable)]
    if term.name.endswith(".reasons"):
        return _forward(state, False, ctx)
    assert state.decide_by is not None
    return [AppealDecisionNear(on=ctx.today, instance=state.request, decide_by=state.decide_by)]


def _key(request: str) -> str:
    return f"college_appeal:{request}"


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: CollegeAppeal | None, event: Event) -> CollegeAppeal | None:
    """Where the appeal stands after `event`."""
    if isinstance(event, CollectionPaused):
        decided = CollegeAppeal(
            event.request, event.refused, event.tracks, event.decided_on, event.until, event.appeal_until
        )
        return decided if state is None or state.received_on is None else _with(decided, state)
    if state is None:
        return None
    match event:
        case AppealReceived():
            return replace(state, received_on=event.received_on, holds=event.holds, representative=event.representative)
        case ReasonsRequested():
            return replace(state, reasons_until=event.until)
        case AppealForwarded():
            return replace(state, reasons_until=None, warn_on=event.warn_on, decide_by=event.decide_by)
        case AppealDecisionNear():
            return replace(state, warn_on=None)
        case WaitEnded():
            return replace(state, passed=True) if event.appealable else None
        case AppealDecided():
            return None
        case _:
            return state


def _with(decided: CollegeAppeal, state: CollegeAppeal) -> CollegeAppeal:
    """A later decision on the same request takes the appeal that the College has along with it. VEERE-4.10.5-c."""
    return replace(
        state,
        refused=decided.refused,
        tracks=decided.tracks,
        decided_on=decided.decided_on,
        until=decided.until or state.until,
        appeal_until=decided.appeal_until or state.appeal_until,
    )


# -- terms and barriers -------------------------------------------------------------------------------------------


def terms(state: CollegeAppeal, debt: Debt) -> Iterable[Term]:
    """Until when can there be an appeal, are reasons waited for, and when is the College's decision nearly late?"""
    if state.received_on is None and not state.passed:
        days = [day for day in (state.until, state.appeal_until) if day is not None]
        norms = (*(("VEERE-4.10.4-a",) if state.until else ()), *(("VEERE-4.10.5-b",) if state.appeal_until else ()))
        text = "14 dagen na de beslissing, par. 4.10.4" if state.until else "beroepstermijn, par. 4.10.5"
        yield Term(f"{_key(state.request)}.wait", max(days), norms, text)
    if state.reasons_until is not None:
        text = "motivering van het beroep, par. 4.10.5"
        yield Term(f"{_key(state.request)}.reasons", state.reasons_until, ("VEERE-4.10.5-d",), text)
    if state.warn_on is not None:
        text = "waarschuwing voor de beslissing van het college, par. 4.10.5"
        yield Term(f"{_key(state.request)}.decision", state.warn_on, ("VEERE-4.10.5-c",), text)


def barriers(state: CollegeAppeal, debt: Debt) -> Iterable[Barrier]:
    """Collection waits 14 days, and as long as the College has an appeal that was in time. VEERE-4.10.4-a, -b."""
    for track in state.tracks:
        if state.holds:
            text = "Er loopt een beroep bij het college over uitstel van betaling."
            yield Barrier(LADDER | COERCIVE, ("VEERE-4.10.4-b",), text, None, track)
        elif state.until is not None:
            text = "Na een geweigerd of beëindigd uitstel gaat de invordering pas na 14 dagen verder."
            yield Barrier(LADDER | COERCIVE, ("VEERE-4.10.4-a",), text, state.until, track)


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """What is refused or ended waits 14 days and may be open to appeal; a request may come in as an appeal."""
    match event:
        case DeferralStopped():
            yield _paused(event, event.decided_on, ctx, refused=event.why == "refused", appealable=event.appealable)
        case DecisionAppealable():
            yield _opened(event, event.decided_on, ctx)
        case ForwardedToCollege():
            state = debt.known(_key(event.request))
            waits = isinstance(state, CollegeAppeal) and state.received_on is not None
            if event.refused and not waits:
                yield (paused := _paused(event, event.on, ctx, refused=True))
                state = evolve(None, paused)
            elif not isinstance(state, CollegeAppeal) or state.appeal_until is None:
                yield (opened := _opened(event, event.received_on, ctx))
                state = evolve(None, opened)
            assert isinstance(state, CollegeAppeal)
            if state.received_on is None:
                yield _received(state, event.received_on, ctx, forwarded=True)
                yield from _forward(state, True, ctx)


def _paused(
    event: DeferralStopped | ForwardedToCollege, day: date, ctx: Context, *, refused: bool, appealable: bool = True
) -> CollectionPaused:
    return CollectionPaused(
        on=event.on,
        instance=event.request,
        norms=("VEERE-4.10.4-a", *(("VEERE-4.10.5-a", "VEERE-4.10.5-b") if appealable else ())),
        request=event.request,
        refused=refused,
        tracks=event.tracks,
        decided_on=day,
        until=ctx.law.last_day("resume_after_deferral", day),
        appeal_until=ctx.law.last_day("college_appeal", day) if appealable else None,
    )


def _opened(event: DecisionAppealable | ForwardedToCollege, day: date, ctx: Context) -> AppealOpened:
    return AppealOpened(
        on=event.on,
        instance=event.request,
        norms=event.norms,
        request=event.request,
        refused=False,
        tracks=event.tracks,
        decided_on=day,
        until=None,
        appeal_until=ctx.law.last_day("college_appeal", day),
    )


def _tell_debtor(event: AppealReceived, debt: Debt) -> Iterable[Command]:
    """A decision in the debtor's file is one decision for all its debts, and so is the appeal. VEERE-4.10.4-b."""
    if event.request.startswith("regime:"):
        yield ReportCollegeAppeal(
            debtor=debt.debtor,
            from_debt=debt.debt,
            request=event.request,
            on=event.received_on,
            stands="waits" if event.holds else "late",
        )


PROCEDURE = Procedure(
    name="college_appeal",
    title="Beroep bij het college",
    state=CollegeAppeal,
    commands=(AppealToCollege, SupplyReasons, DecideAppeal),
    events=(
        CollectionPaused,
        WaitEnded,
        AppealOpened,
        AppealReceived,
        ReasonsRequested,
        AppealForwarded,
        AppealDecisionNear,
        AppealDecided,
        AppealDecisionCopied,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(DeferralStopped, DecisionAppealable, ForwardedToCollege),
    status=lambda state: ("college_appeal", "beroep bij het college") if state.received_on else None,
    over=lambda state: state.passed and state.received_on is None,
    tells={AppealReceived: _tell_debtor},
)
