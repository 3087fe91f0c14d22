"""Bezwaar en beroep: does somebody object to the assessment, or appeal, and what is ruled?

Objections are the levying officer's to decide, not the collection officer's (VEERE-1.6-b): the engine forwards them and
waits for the ruling as an event from outside, as it does for the court's. Whether collection waits meanwhile is another
question: deferral.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from domain.debt.events import (
    REMEDIES,
    AppealFiled,
    AssessmentReduced,
    ObjectionForwarded,
    QuestionAnswered,
    QuestionAsked,
    Remedy,
    RemedyRuled,
    RemedySought,
)
from domain.debt.facts import Context
from domain.debt.letters import AmountLine, LetterSpec
from domain.debt.procedure import Procedure
from domain.debt.state import COERCIVE, LADDER, Balance, Barrier, Debt, Question, Term
from domain.kernel.dutch import dutch_date, dutch_euro
from domain.kernel.messages import OFFICER, Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import ZERO, Money

# -- commands -----------------------------------------------------------------------------------------------------


class _Filing(Command):
    """Against what it is directed."""

    debt: DebtId
    disputed: Money | None = Field(None, ge=0, description="euro of the tax that is disputed; empty: all; 0: fine only")
    against_fine: bool | None = Field(
        None, description="is it also against the fine on the notice? To be answered where there is a fine"
    )


class FileObjection(_Filing):
    """An objection to the assessment came in."""

    title: ClassVar = "Bezwaar registreren"

    command: Literal["file_objection"] = "file_objection"
    received_on: date
    reasoned: bool = True

    @property
    def effective_on(self) -> date:
        return self.received_on


class FileAppeal(_Filing):
    """An appeal to the court, or a higher appeal, was filed."""

    title: ClassVar = "Beroep bij de rechter registreren"

    command: Literal["file_appeal"] = "file_appeal"
    filed_on: date
    remedy: Literal["appeal", "higher_appeal"] = "appeal"

    @property
    def effective_on(self) -> date:
        return self.filed_on


class _Ruling(OfficialCommand):
    """A ruling, recorded by the levying officer."""

    roles: ClassVar = frozenset({Role.LEVYING_OFFICER})
    role_norms: ClassVar = ("VEERE-1.6-b",)

    debt: DebtId
    ruled_on: date
    ruling: Literal["upheld", "partly_upheld", "rejected"]
    new_amount: Money | None = Field(None, ge=0, description="tax in euro after the ruling, where it is lowered")
    new_fine: Money | None = Field(None, ge=0, description="fine in euro after the ruling, where it is lowered")

    @model_validator(mode="after")
    def _amount_with_ruling(self) -> _Ruling:
        if (self.new_amount is None and self.new_fine is None) != (self.ruling == "rejected"):
            raise ValueError("new_amount, new_fine: given exactly when the objection or appeal is (partly) upheld")
        return self

    @property
    def effective_on(self) -> date | None:
        """A ruling that lowers nothing leaves what was done before the office heard of it."""
        return None if self.ruling == "rejected" else self.ruled_on


class RuleOnObjection(_Ruling):
    """The levying officer rules on the objection."""

    title: ClassVar = "Uitspraak op bezwaar"

    command: Literal["rule_on_objection"] = "rule_on_objection"


class ReportCourtRuling(_Ruling):
    """The levying officer reports what the court ruled on the appeal."""

    title: ClassVar = "Uitspraak van de rechter vastleggen"
    answers_about: ClassVar = "remedy"

    command: Literal["report_court_ruling"] = "report_court_ruling"
    remedy: Literal["appeal", "higher_appeal"] = "appeal"


class ReturnCosts(OfficialCommand):
    """The officer gives back the costs charged for what proved too much (VEERE-4.9.3-d for parking tax)."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Kosten teruggeven"

    command: Literal["return_costs"] = "return_costs"
    debt: DebtId


# -- events (the others stand in domain.debt.events: other procedures follow them) --------------------------------


class CostsDecided(Act):
    """The officer decided whether the costs charged meanwhile are given back. `until`: last day to pay what stays."""

    type: ClassVar = "costs.decided.v1"
    says: ClassVar = "Kosten na uitspraak: {returned} teruggegeven.{stays}"
    title: ClassVar = "bericht over de kosten"
    norms: tuple[str, ...] = ("VEERE-4.9.3-d",)

    returned: Money
    until: date | None = None

    @property
    def stays(self) -> str:
        """What becomes of costs that stay."""
        return f" De kosten blijven staan; te betalen tot en met {dutch_date(self.until)}." if self.until else ""


class CostsTermOver(Event):
    """The term to pay the costs that stay is over."""

    type: ClassVar = "costs.term_over.v1"
    says: ClassVar = "De termijn om de kosten te betalen is voorbij."
    norms: tuple[str, ...] = ("VEERE-1.6-b",)


# -- letters ------------------------------------------------------------------------------------------------------

COSTS_STAY = LetterSpec(
    kind="costs_stay",
    title="Bericht over de kosten",
    subject="De kosten bij uw aanslag blijven staan",
    blocks={
        "decision": (
            "Uw aanslag is verlaagd. Wij hebben bekeken of u ook de kosten terugkrijgt die wij eerder rekenden. Wij"
            " hebben besloten dat deze kosten blijven staan."
        ),
        "reason": "Onze reden: {reason}",
        "term": "Betaal de kosten uiterlijk op {pay_by}. Tot die dag nemen wij geen maatregelen.",
    },
    required=frozenset({"decision", "term", "amounts", "payment"}),
    optional=frozenset({"reason"}),
    pays=True,
    legal_basis=("artikel 7 Kostenwet invordering rijksbelastingen",),
    norms=("VEERE-1.6-b", "VEERE-4.9.3-d"),
)


# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection or appeal that waits for its ruling; `costs_asked`: ruled, the officer decides on the costs.

    `costs_until`: the costs stay, and may be paid until that day.
    """

    procedure: ClassVar[str] = "objection"

    remedy: Remedy
    filed_on: date
    tax: Money
    fine: Money
    costs_asked: bool = False
    costs_until: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """Is the objection forwarded, and does the ruling change the assessment? VEERE-1.6-b."""
    match command:
        case FileObjection():
            return _file(command, "objection", command.received_on, debt, ctx)
        case FileAppeal():
            return _file(command, command.remedy, command.filed_on, debt, ctx)
        case RuleOnObjection():
            return _rule(command, "objection", debt, ctx)
        case ReportCourtRuling():
            return _rule(command, command.remedy, debt, ctx)
        case ReturnCosts():
            return _return_costs(debt, ctx)
        case _:
            raise TypeError(f"objection does not decide {type(command).__name__}")


def _file(command: FileObjection | FileAppeal, remedy: Remedy, filed_on: date, debt: Debt, ctx: Context) -> Outcome:
    """Against how much of the tax, and is it also against the fine? VEERE-4.9.4-b, VEERE-4.9.4-c."""
    pending = debt.procedures.get(_key(remedy))
    name = REMEDIES[remedy]
    if isinstance(pending, Objection) and not pending.costs_asked:
        return Refusal("objection_open", f"Er loopt al een {name} tegen deze aanslag.", ("VEERE-1.6-b",))
    if filed_on > ctx.today:
        return Refusal("date_in_future", f"De dag waarop het {name} kwam, {dutch_date(filed_on)}, ligt na vandaag.")
    if debt.assessed.fine and command.against_fine is None:
        text = f"Op het biljet staat ook een boete. Vul in of het {name} ook tegen de boete is gericht (against_fine)."
        return Refusal("fine_unanswered", text, ("VEERE-4.9.4-b", "VEERE-4.9.4-c"))
    tax = debt.assessed.tax if command.disputed is None else min(command.disputed, debt.assessed.tax)
    fine = debt.assessed.fine if command.against_fine else ZERO
    if not tax + fine:
        return Refusal("nothing_disputed", f"Vul in waartegen het {name} is gericht: belasting of boete.")
    own = remedy == "objection"
    question = Question(
        task="rule_on_objection" if own else f"report_court_ruling:{remedy}",
        kind="rule_on_objection" if own else "report_court_ruling",
        question=f"Bezwaar tegen aanslag {debt.debt}: uitspraak van de heffingsambtenaar?"
        if own
        else f"{name.capitalize()} tegen aanslag {debt.debt}: wat is de uitspraak van de rechter?",
        norms=("VEERE-1.6-b",),
        answers=("rule_on_objection" if own else "report_court_ruling",),
        opened_on=ctx.today,
        asked_of=Role.LEVYING_OFFICER,
        outlives_debt=True,
    )
    return [
        (ObjectionForwarded if own else AppealFiled)(
            on=ctx.today,
            instance="" if own else remedy,
            remedy=remedy,
            filed_on=filed_on,
            reasoned=getattr(command, "reasoned", True),
            tax=tax,
            fine=fine,
        ),
        QuestionAsked(on=ctx.today, norms=question.norms, question=question),
    ]


def _rule(command: _Ruling, remedy: Remedy, debt: Debt, ctx: Context) -> Outcome:
    """Does the ruling lower the assessment? What was paid too much goes back. VEERE-1.6-b, VEERE-4.9.3-d."""
    pending = debt.procedures.get(_key(remedy))
    name = REMEDIES[remedy]
    if not isinstance(pending, Objection) or pending.costs_asked:
        return Refusal("no_objection", f"Er loopt geen {name} tegen deze aanslag.", ("VEERE-1.6-b",))
    if not pending.filed_on <= command.ruled_on <= ctx.today:
        text = f"De uitspraak kan niet van {dutch_date(command.ruled_on)} zijn: het {name} is van"
        text += f" {dutch_date(pending.filed_on)} en vandaag is het {dutch_date(ctx.today)}."
        return Refusal("wrong_date", text, ("VEERE-1.6-b",))
    lower = Balance(
        tax=_lower(debt.assessed.tax, command.new_amount), fine=_lower(debt.assessed.fine, command.new_fine)
    )
    less = _not_given_up(lower, debt)
    asks = bool(less.total and _costs(debt))
    parking = not ctx.law.taxes[debt.tax].deferral_on_objection
    events: list[Event] = []
    if less.total:
        still = Balance(tax=min(less.tax, debt.open.tax), fine=min(less.fine, debt.open.fine))
        norms = ("VEERE-1.6-b", "VEERE-4.9.3-d") if parking else ("VEERE-1.6-b",)
        events.append(AssessmentReduced(on=ctx.today, norms=norms, parts=less, still_open=still))
    events.append(
        RemedyRuled(
            on=ctx.today,
            instance="" if remedy == "objection" else remedy,
            remedy=remedy,
            ruled_on=command.ruled_on,
            ruling=command.ruling,
            costs_asked=asks,
        )
    )
    if asks:
        question = Question(
            task="return_costs",
            kind="return_costs",
            question=f"De aanslag is verminderd. Ook {dutch_euro(_costs(debt))} aan kosten teruggeven?",
            norms=("VEERE-4.9.3-d",) if parking else ("VEERE-1.6-b",),
            answers=("return_costs",),
            opened_on=ctx.today,
            outlives_debt=True,
        )
        events.append(QuestionAsked(on=ctx.today, norms=question.norms, question=question))
    return events


def _return_costs(debt: Debt, ctx: Context) -> Outcome:
    """Are the costs of what was wrongly asked given back? By the officer. VEERE-4.9.3-d.

    Reading `costs_after_reduction`.
    """
    asked = next((o for o in debt.procedures.values() if isinstance(o, Objection) and o.costs_asked), None)
    if asked is None:
        return Refusal("no_such_question", "Er is geen uitspraak waarna over kosten beslist wordt.", ("VEERE-1.6-b",))
    returned: list[Event] = [
        AssessmentReduced(
            on=ctx.today,
            track=track,
            norms=_costs_norms(debt),
            parts=Balance(costs=costs),
            still_open=Balance(costs=debt.open_of(track).costs),
        )
        for track, costs in debt.costs_by_track.items()
        if costs
    ]
    return [_decided(asked, _costs(debt), _costs_norms(debt), ctx), *returned]


def _decided(asked: Objection, returned: Money, norms: tuple[str, ...], ctx: Context) -> CostsDecided:
    instance = "" if asked.remedy == "objection" else asked.remedy
    return CostsDecided(on=ctx.today, instance=instance, norms=norms, returned=returned)


def _kept(asked: Objection, answer: QuestionAnswered, debt: Debt, ctx: Context) -> CostsDecided:
    """The costs stay: the debtor hears that and gets a term, as after any decision. Reading `costs_after_reduction`."""
    decided = _decided(asked, ZERO, answer.norms, ctx)
    if debt.open.tax + debt.open.fine or not debt.open.costs:
        return decided
    until = ctx.law.last_day("resume_after_deferral", ctx.today)
    letter = COSTS_STAY.compose(
        dated=ctx.today,
        reference=debt.debt,
        amounts=(AmountLine(label="Kosten", amount=debt.open.costs),),
        pay_by=until,
        reason=answer.reason or None,
    )
    return decided.model_copy(update={"until": until, "letter": letter})


def end_term(objection: Objection, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """The term to pay the costs is over: collection goes on."""
    return [CostsTermOver(on=ctx.today, instance="" if objection.remedy == "objection" else objection.remedy)]


def _costs_norms(debt: Debt) -> tuple[str, ...]:
    """On which norms is the question about the costs asked?"""
    question = debt.questions.get("return_costs")
    return question.norms if question else ("VEERE-1.6-b",)


def _lower(was: Money, becomes: Money | None) -> Money:
    return ZERO if becomes is None else max(was - becomes, ZERO)


def _not_given_up(less: Balance, debt: Debt) -> Balance:
    """The reduction without what was remitted or written off before: that was never paid, so it does not go back."""
    given_up = max(debt.assessed.total + _costs(debt) - debt.open.total - debt.paid, ZERO)
    tax = min(given_up, max(less.tax - debt.open.tax, ZERO))
    fine = min(given_up - tax, max(less.fine - debt.open.fine, ZERO))
    return less - Balance(tax=tax, fine=fine)


def _costs(debt: Debt) -> Money:
    """All costs charged on the debt so far, paid or not, in euro."""
    return sum(debt.costs_by_track.values(), ZERO)


def _key(remedy: Remedy) -> str:
    return "objection" if remedy == "objection" else f"objection:{remedy}"


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(objection: Objection | None, event: Event) -> Objection | None:
    """Is there an objection or appeal that waits?"""
    match event:
        case RemedySought():
            return Objection(event.remedy, event.filed_on, event.tax, event.fine)
        case RemedyRuled(costs_asked=True) if objection is not None:
            return replace(objection, costs_asked=True)
        case CostsDecided(until=date() as until) if objection is not None:
            return replace(objection, costs_asked=False, costs_until=until)
        case _:
            return None


# -- terms --------------------------------------------------------------------------------------------------------


def terms(objection: Objection, debt: Debt) -> Iterable[Term]:
    """Until when can costs that stay be paid without a next step?"""
    if objection.costs_until is not None:
        yield Term(f"{_key(objection.remedy)}.costs", objection.costs_until, ("VEERE-1.6-b",), "betalen van de kosten")


# -- barriers -----------------------------------------------------------------------------------------------------


def barriers(objection: Objection, debt: Debt) -> Iterable[Barrier]:
    """Costs alone are not collected while the officer decides whether they are given back.

    VEERE-1.6-b, VEERE-2.4-a, VEERE-4.9.3-d.
    """
    if objection.costs_asked and not debt.open.tax + debt.open.fine:
        yield Barrier(LADDER | COERCIVE, _costs_norms(debt), "De ambtenaar beslist nog over teruggave van de kosten.")
    if objection.costs_until is not None:
        text = "De belastingschuldige mag de kosten nog betalen."
        yield Barrier(LADDER | COERCIVE, ("VEERE-1.6-b",), text, objection.costs_until)


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """A no to the question about the costs: they stay."""
    if isinstance(event, QuestionAnswered) and event.task == "return_costs" and event.ask_again_on is None:
        for state in list(debt.procedures.values()):
            if isinstance(state, Objection) and state.costs_asked:
                yield _kept(state, event, debt, ctx)


PROCEDURE = Procedure(
    name="objection",
    title="Bezwaar en beroep",
    state=Objection,
    commands=(FileObjection, FileAppeal, RuleOnObjection, ReportCourtRuling, ReturnCosts),
    events=(ObjectionForwarded, AppealFiled, RemedyRuled, CostsDecided, CostsTermOver),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(QuestionAnswered,),
    outlives_debt=True,
)
