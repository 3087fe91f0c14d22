"""Dwangsom bij niet tijdig beslissen: does the municipality owe a penalty for deciding late?

Only in five kinds of proceedings (VEERE-1.5-d): the official is warned before the decision term ends; two weeks after
a notice of default without a decision a penalty record opens. In any other procedure no penalty is ever due
(VEERE-1.5-e). Terms and amounts come from the Awb, not from the guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.events import QuestionAsked
from domain.debt.facts import Context
from domain.debt.letters import LetterSpec
from domain.debt.procedure import Procedure
from domain.debt.state import Debt, Question, Term
from domain.kernel.dutch import dutch_date
from domain.kernel.messages import Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role

PENALTY_PROCEEDINGS: dict[str, str] = {
    "objection_collection_interest_art_30_1": "bezwaar tegen invorderingsrente (art. 30, lid 1 IW)",
    "objection_liability_art_49_1": "bezwaar tegen aansprakelijkstelling (art. 49, lid 1 IW)",
    "objection_or_appeal_costs_art_7_1_kostenwet": "bezwaar of beroep tegen kosten (art. 7, lid 1 Kostenwet)",
    "objection_cost_compensation_art_62a_1": "bezwaar over kostenvergoeding (art. 62a, lid 1 IW)",
    "objection_administrative_fine_art_63b": "bezwaar tegen een bestuurlijke boete (art. 63b IW)",
}
"""The five kinds of VEERE-1.5-d."""

Proceeding = Literal[
    "objection_collection_interest_art_30_1",
    "objection_liability_art_49_1",
    "objection_or_appeal_costs_art_7_1_kostenwet",
    "objection_cost_compensation_art_62a_1",
    "objection_administrative_fine_art_63b",
]

OTHER_PROCEEDINGS: dict[str, str] = {
    "deferral_request": "verzoek om uitstel van betaling",
    "arrangement_request": "verzoek om een betalingsregeling",
    "remission_request": "verzoek om kwijtschelding",
    "settlement_request": "verzoek om een schuldregeling",
    "college_appeal": "beroep bij het college",
    "other": "ander verzoek",
}
"""What a notice of default can be about besides, without a penalty (VEERE-1.5-e)."""

AnyProceeding = (
    Proceeding
    | Literal[
        "deferral_request",
        "arrangement_request",
        "remission_request",
        "settlement_request",
        "college_appeal",
        "other",
    ]
)

# -- commands -----------------------------------------------------------------------------------------------------


class OpenProceeding(Command):
    """An objection or appeal of one of the five kinds came in, to be decided by `decide_by` (a term of the Awb)."""

    title: ClassVar = "Bezwaar met beslistermijn registreren"

    command: Literal["open_proceeding"] = "open_proceeding"
    debt: DebtId
    proceeding: Proceeding
    received_on: date
    decide_by: date


class DecideProceeding(OfficialCommand):
    """The objection or appeal is decided."""

    roles: ClassVar = frozenset({Role.COLLECTION_OFFICER, Role.LEVYING_OFFICER, Role.COLLEGE})
    title: ClassVar = "Beslissing op bezwaar vastleggen"
    answers_about: ClassVar = "proceeding"

    command: Literal["decide_proceeding"] = "decide_proceeding"
    debt: DebtId
    proceeding: Proceeding
    decided_on: date
    reason: str = Field(min_length=1, max_length=2000)


class RegisterNoticeOfDefault(Command):
    """Somebody gives notice of default because a decision is late."""

    title: ClassVar = "Ingebrekestelling registreren"

    command: Literal["register_notice_of_default"] = "register_notice_of_default"
    debt: DebtId
    proceeding: AnyProceeding
    received_on: date


# -- events -------------------------------------------------------------------------------------------------------


class ProceedingOpened(Event):
    """The decision term runs."""

    type: ClassVar = "proceeding.opened.v1"
    says: ClassVar = "Ontvangen: {label}; beslissen uiterlijk op {decide_by}."
    norms: tuple[str, ...] = ("VEERE-1.5-d",)

    proceeding: Proceeding
    decide_by: date
    warn_on: date

    @property
    def label(self) -> str:
        """The kind of proceeding in Dutch."""
        return PENALTY_PROCEEDINGS[self.proceeding]


class DecisionTermNear(Event):
    """The official is warned: the decision term is about to end."""

    type: ClassVar = "proceeding.warned.v1"
    says: ClassVar = "Waarschuwing: de beslistermijn eindigt op {decide_by}."
    norms: tuple[str, ...] = ("VEERE-1.5-d",)

    decide_by: date


class DefaultNoticed(Event):
    """A notice of default was received: two weeks to decide."""

    type: ClassVar = "default.noticed.v1"
    says: ClassVar = (
        "Ingebrekestelling ontvangen op {received_on}; zonder beslissing uiterlijk {until} volgt een dwangsom."
    )
    norms: tuple[str, ...] = ("VEERE-1.5-d",)

    received_on: date
    until: date


class PenaltyOpened(Event):
    """No decision within two weeks: a penalty record, owed by the municipality, is open. Its amount is the Awb's."""

    type: ClassVar = "penalty.opened.v1"
    says: ClassVar = "Dwangsom wegens te laat beslissen loopt vanaf {runs_from} (art. 4:17 Awb)."
    norms: tuple[str, ...] = ("VEERE-1.5-d",)

    runs_from: date


class ProceedingDecided(Event):
    """The decision was taken."""

    type: ClassVar = "proceeding.decided.v1"
    says: ClassVar = "Beslist op {decided_on}. {penalty}"
    norms: tuple[str, ...] = ("VEERE-1.5-d",)

    decided_on: date
    penalty_days: int

    @property
    def penalty(self) -> str:
        """Whether a penalty is owed."""
        return f"Dwangsom over {self.penalty_days} dagen." if self.penalty_days else "Geen dwangsom verschuldigd."


class NoPenaltyAnswered(Act):
    """The sender is told that no penalty is due in this procedure."""

    type: ClassVar = "default.no_penalty.v1"
    says: ClassVar = "Ingebrekestelling van {received_on} ({label}): geen dwangsom mogelijk, afzender geïnformeerd."
    title: ClassVar = "antwoord op ingebrekestelling"

    proceeding: str
    received_on: date

    @property
    def label(self) -> str:
        """The kind of proceeding in Dutch."""
        return OTHER_PROCEEDINGS.get(self.proceeding, self.proceeding)


# -- letters ------------------------------------------------------------------------------------------------------

NO_PENALTY = LetterSpec(
    kind="no_penalty",
    title="Antwoord op ingebrekestelling",
    subject="Uw ingebrekestelling van {received_on}",
    blocks={
        "answer": (
            "Op {received_on} schreef u dat wij te laat beslissen en dat u daarvoor een dwangsom wilt. Voor deze"
            " procedure geldt de regel over de dwangsom niet. U krijgt dus geen dwangsom."
        ),
        "what_now": "Wij hebben uw verzoek nog steeds in behandeling. De behandelaar is op de hoogte van uw brief.",
        "contact": "Hebt u vragen? Neem dan contact met ons op.",
    },
    required=frozenset({"answer", "what_now"}),
    legal_basis=("artikel 4:17 Algemene wet bestuursrecht", "artikel 1.5 Leidraad invordering gemeente Veere"),
    norms=("VEERE-1.5-e",),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateDecision:
    """One proceeding: when it must be decided, whether the official was warned, until when after a notice."""

    procedure: ClassVar[str] = "late_decision"

    proceeding: Proceeding
    decide_by: date
    warn_on: date | None
    notice_until: date | None = None
    penalty_from: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """Is the term open, is the notice in time, is a penalty due? VEERE-1.5-d, VEERE-1.5-e."""
    match command:
        case OpenProceeding():
            if _key(command.proceeding) in debt.procedures:
                return Refusal("proceeding_open", "Deze procedure loopt al.", ("VEERE-1.5-d",))
            warning = ctx.law.terms["decision_warning"]
            before = warning.last_day(command.decide_by, ctx.law.calendar) - command.decide_by
            return [
                ProceedingOpened(
                    on=ctx.today,
                    instance=command.proceeding,
                    proceeding=command.proceeding,
                    decide_by=command.decide_by,
                    warn_on=command.decide_by - before,
                )
            ]
        case RegisterNoticeOfDefault():
            return _notice(command, debt, ctx)
        case DecideProceeding():
            state = debt.procedures.get(_key(command.proceeding))
            if not isinstance(state, LateDecision):
                return Refusal("no_proceeding", "Deze procedure loopt niet.", ("VEERE-1.5-d",))
            if command.decided_on > ctx.today:
                return Refusal("date_in_future", "De dag van de beslissing ligt na vandaag.", ("VEERE-1.5-d",))
            days = (command.decided_on - state.penalty_from).days if state.penalty_from else 0
            return [
                ProceedingDecided(
                    on=ctx.today, instance=state.proceeding, decided_on=command.decided_on, penalty_days=max(days, 0)
                )
            ]
        case _:
            raise TypeError(f"late decision does not decide {type(command).__name__}")


def _notice(command: RegisterNoticeOfDefault, debt: Debt, ctx: Context) -> Outcome:
    """Is there a penalty in this proceeding, is its decision late, and is this the first notice?"""
    if command.received_on > ctx.today:
        return Refusal("date_in_future", "De dag van ontvangst ligt na vandaag.", ("VEERE-1.5-d",))
    if command.proceeding not in PENALTY_PROCEEDINGS:
        letter = NO_PENALTY.compose(dated=ctx.today, reference=debt.debt, received_on=command.received_on)
        question = Question(
            task=f"late_request:{command.proceeding}",
            kind="late_request",
            question=(
                f"Ingebrekestelling over {OTHER_PROCEEDINGS[command.proceeding]}: geen dwangsom;"
                " het verzoek ligt er nog. Gezien?"
            ),
            norms=("VEERE-1.5-e",),
            answers=(),
            opened_on=ctx.today,
        )
        return [
            NoPenaltyAnswered(
                on=ctx.today,
                norms=("VEERE-1.5-e",),
                proceeding=command.proceeding,
                received_on=command.received_on,
                letter=letter,
            ),
            QuestionAsked(on=ctx.today, norms=("VEERE-1.5-e",), question=question),
        ]
    state = debt.procedures.get(_key(command.proceeding))
    if not isinstance(state, LateDecision):
        question = Question(
            task=f"place_notice:{command.proceeding}",
            kind="place_notice",
            question=(
                f"Ingebrekestelling van {dutch_date(command.received_on)} over"
                f" {PENALTY_PROCEEDINGS[command.proceeding]}, maar die procedure is hier niet geregistreerd."
                " Registreren en de ingebrekestelling opnieuw boeken. Gezien?"
            ),
            norms=("VEERE-1.5-d",),
            answers=(),
            opened_on=ctx.today,
        )
        return [QuestionAsked(on=ctx.today, norms=("VEERE-1.5-d",), question=question)]
    if state.notice_until is not None or state.penalty_from is not None:
        text = "Er is al een ingebrekestelling: haar termijn van twee weken blijft die van de eerste."
        return Refusal("already_in_default", text, ("VEERE-1.5-d",), state.notice_until)
    if command.received_on <= state.decide_by:
        return Refusal(
            "decision_not_late",
            f"De beslistermijn loopt nog tot en met {dutch_date(state.decide_by)}: de ingebrekestelling is te vroeg.",
            ("VEERE-1.5-d",),
            state.decide_by,
        )
    return [
        DefaultNoticed(
            on=ctx.today,
            instance=state.proceeding,
            received_on=command.received_on,
            until=ctx.law.last_day("notice_of_default", command.received_on),
        )
    ]


def end_term(state: LateDecision, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Is the decision term nearly over, or are the two weeks after the notice gone? VEERE-1.5-d."""
    if term.name.endswith(".penalty"):
        assert state.notice_until is not None, "the term is that of a notice"
        first = state.notice_until + timedelta(days=1)
        return [PenaltyOpened(on=ctx.today, instance=state.proceeding, runs_from=first)]
    question = Question(
        task=f"decide_proceeding:{state.proceeding}",
        kind="decide_proceeding",
        question=f"Beslissen op {PENALTY_PROCEEDINGS[state.proceeding]}, uiterlijk {dutch_date(state.decide_by)}.",
        norms=("VEERE-1.5-d",),
        answers=("decide_proceeding",),
        opened_on=ctx.today,
        deadline=state.decide_by,
    )
    return [
        DecisionTermNear(on=ctx.today, instance=state.proceeding, decide_by=state.decide_by),
        QuestionAsked(on=ctx.today, norms=("VEERE-1.5-d",), question=question),
    ]


def _key(proceeding: str) -> str:
    return f"late_decision:{proceeding}"


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: LateDecision | None, event: Event) -> LateDecision | None:
    """Where the proceeding stands after `event`."""
    if isinstance(event, ProceedingOpened):
        return LateDecision(event.proceeding, event.decide_by, event.warn_on)
    if state is None:
        return None
    match event:
        case DecisionTermNear():
            return replace(state, warn_on=None)
        case DefaultNoticed():
            return replace(state, notice_until=event.until)
        case PenaltyOpened():
            return replace(state, notice_until=None, penalty_from=event.runs_from)
        case ProceedingDecided():
            return None
        case _:
            return state


# -- terms --------------------------------------------------------------------------------------------------------


def terms(state: LateDecision, debt: Debt) -> Iterable[Term]:
    """When is the official warned, and when does a penalty begin?"""
    key = _key(state.proceeding)
    if state.warn_on is not None:
        yield Term(
            f"{key}.warning", state.warn_on, ("VEERE-1.5-d",), "waarschuwing voor het einde van de beslistermijn"
        )
    if state.notice_until is not None:
        yield Term(
            f"{key}.penalty", state.notice_until, ("VEERE-1.5-d",), "twee weken na ingebrekestelling, art. 4:17 Awb"
        )


PROCEDURE = Procedure(
    name="late_decision",
    title="Te laat beslissen",
    state=LateDecision,
    commands=(OpenProceeding, DecideProceeding, RegisterNoticeOfDefault),
    events=(
        ProceedingOpened,
        DecisionTermNear,
        DefaultNoticed,
        PenaltyOpened,
        ProceedingDecided,
        NoPenaltyAnswered,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    outlives_debt=True,
)
