"""Faillissementsaanvraag en steunvordering: may the officer file for bankruptcy, or help a creditor who does?

Only with permission of the College (VEERE-4.17-b, VEERE-4.17-c): a petition waits for it, information is refused
until then. For an entity without activities and without any money, dissolution by the Chamber of Commerce is proposed
instead (VEERE-4.17-g).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.events import QuestionAsked
from domain.debt.facts import Context
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import Question, Term
from domain.debtor.debtor import Debtor
from domain.kernel.messages import OFFICER, Act, Command, DebtorId, Event, OfficialCommand, Outcome, Refusal, Role
from domain.kernel.money import ZERO, Money

PETITION = "petition"

# -- commands -----------------------------------------------------------------------------------------------------


class OrderPetition(OfficialCommand):
    """The officer wants to file for the debtor's bankruptcy. A reason insists where dissolution was proposed."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Faillissement aanvragen"

    command: Literal["order_petition"] = "order_petition"
    debtor: DebtorId
    no_activities: bool = Field(False, description="the business does nothing any more")
    no_assets_or_income: bool = Field(False, description="it is clear that there is and will be no money or income")


class RegisterSupportingClaimRequest(Command):
    """A creditor asks for information on open assessments, as a supporting claim in its petition."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Verzoek om steunvordering registreren"

    command: Literal["register_supporting_claim_request"] = "register_supporting_claim_request"
    debtor: DebtorId
    creditor: DebtorId = Field(description="the office's number of the creditor")


class DecidePermission(OfficialCommand):
    """The College decides whether the officer may file, or may inform a creditor."""

    roles: ClassVar = frozenset({Role.COLLEGE})
    role_norms: ClassVar = ("VEERE-4.17-b", "VEERE-4.17-c")
    title: ClassVar = "Toestemming van het college vastleggen"
    answers_about: ClassVar = "about"

    command: Literal["decide_permission"] = "decide_permission"
    debtor: DebtorId
    about: str = Field(PETITION, description="petition, or the number of the creditor that asks")
    permitted: bool
    reason: str = Field(min_length=1, max_length=2000)


class DiscloseSupportingClaim(OfficialCommand):
    """The officer gives the creditor the statement of open assessments."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Opgave voor steunvordering verstrekken"

    command: Literal["disclose_supporting_claim"] = "disclose_supporting_claim"
    debtor: DebtorId
    creditor: DebtorId


class RequestDissolution(OfficialCommand):
    """The officer asks the Chamber of Commerce to dissolve the empty entity."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Ontbinding door de Kamer van Koophandel vragen"

    command: Literal["request_dissolution"] = "request_dissolution"
    debtor: DebtorId
    reason: str = Field(min_length=1, max_length=2000)


# -- events -------------------------------------------------------------------------------------------------------


class PermissionAsked(Event):
    """The College is asked; until it decides nothing is filed or disclosed."""

    type: ClassVar = "permission.asked.v1"
    says: ClassVar = "Toestemming van het college gevraagd: {matter}; te beslissen uiterlijk op {decide_by}."

    about: str
    warn_on: date
    decide_by: date

    @property
    def matter(self) -> str:
        """What for."""
        return "faillissement aanvragen" if self.about == PETITION else f"steunvordering voor {self.about}"


class PermissionNear(Event):
    """Alarm: the office's term for the College's decision is about to end."""

    type: ClassVar = "permission.near.v1"
    says: ClassVar = "Waarschuwing: het college moet uiterlijk op {decide_by} over de toestemming beslissen."

    decide_by: date


class PermissionDecided(Event):
    """The College decided."""

    type: ClassVar = "permission.decided.v1"
    says: ClassVar = "Het college geeft {verdict}. {why}"

    about: str
    permitted: bool
    why: str

    @property
    def verdict(self) -> str:
        """Whether it may."""
        return "toestemming" if self.permitted else "geen toestemming: het plan vervalt"


class PetitionOrdered(Event):
    """The petition is filed with the court."""

    type: ClassVar = "petition.ordered.v1"
    says: ClassVar = "Opdracht om het faillissement aan te vragen, voor {claimed}."
    norms: tuple[str, ...] = ("VEERE-4.17-b",)

    claimed: Money


class SupportingClaimDisclosed(Act):
    """The creditor got a statement: which debts, and how much."""

    type: ClassVar = "supporting_claim.disclosed.v1"
    says: ClassVar = "Opgave aan {creditor} verstrekt: {disclosed} van {debts_in_dutch}."
    title: ClassVar = "opgave voor steunvordering"
    norms: tuple[str, ...] = ("VEERE-4.17-c",)

    creditor: str
    debts: tuple[str, ...]
    disclosed: Money

    @property
    def debts_in_dutch(self) -> str:
        """The debts in one phrase."""
        return ", ".join(self.debts)


class DissolutionProposed(Event):
    """Dissolution is proposed instead of a petition."""

    type: ClassVar = "dissolution.proposed.v1"
    says: ClassVar = "Geen activiteiten en geen geld: ontbinding via de Kamer van Koophandel voorgesteld."
    norms: tuple[str, ...] = ("VEERE-4.17-g",)


class DissolutionRequested(Event):
    """The Chamber of Commerce is asked."""

    type: ClassVar = "dissolution.requested.v1"
    says: ClassVar = "Ontbinding gevraagd bij de Kamer van Koophandel. {why}"
    norms: tuple[str, ...] = ("VEERE-4.17-g",)

    why: str


# -- letters ------------------------------------------------------------------------------------------------------

STATEMENT = LetterSpec(
    kind="supporting_claim",
    title="Opgave voor steunvordering",
    subject="Opgave van openstaande aanslagen",
    recipient=Recipient.THIRD_PARTY,
    particulars={"Toestemming van het college": "{permitted_on}"},
    blocks={
        "statement": (
            "U vroeg ons welke aanslagen van de belastingschuldige openstaan, voor uw aanvraag van het faillissement."
            " Het college van burgemeester en wethouders heeft daarvoor op {permitted_on} toestemming gegeven."
        ),
        "use": "U mag deze gegevens alleen gebruiken als steunvordering bij uw aanvraag.",
    },
    required=frozenset({"statement", "amounts"}),
    names_debtor=True,
    legal_basis=("artikel 4.17 Leidraad invordering gemeente Veere",),
    norms=("VEERE-4.17-c",),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission that was asked of the College. `permitted_on`: the day on which it was given.

    `warn_on`: when the alarm goes before `decide_by`; None once it went.
    """

    procedure: ClassVar[str] = "petition"

    about: str
    permitted_on: date | None = None
    warn_on: date | None = None
    decide_by: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """May it be filed or disclosed, or must the College decide first?"""
    match command:
        case OrderPetition():
            return _order(command, debtor, ctx)
        case RegisterSupportingClaimRequest():
            return _ask(command.creditor, debtor, ctx)
        case DecidePermission():
            return _decided(command, debtor, ctx)
        case DiscloseSupportingClaim():
            return _disclose(command, debtor, ctx)
        case RequestDissolution():
            if debtor.facts.natural_person:
                return Refusal("not_an_entity", "Alleen een rechtspersoon kan worden ontbonden.", ("VEERE-4.17-g",))
            return [DissolutionRequested(on=ctx.today, why=command.reason)]
        case _:
            raise TypeError(f"a petition does not decide {type(command).__name__}")


def _order(command: OrderPetition, debtor: Debtor, ctx: Context) -> Outcome:
    """Is there an open debt that nothing protects? Then the College is asked. VEERE-4.17-b, VEERE-4.17-g."""
    if held := debtor.facts.regimes:
        return Refusal("regime_holds", f"Dat mag nu niet. {held[0].text}", held[0].norms)
    if not ctx.facts.open_debts:
        return Refusal("nothing_open", "Er staat niets open.", ("VEERE-4.17-b",))
    empty = command.no_activities and command.no_assets_or_income
    if empty and not debtor.facts.natural_person and not command.reason:
        return [DissolutionProposed(on=ctx.today)]
    return _ask(PETITION, debtor, ctx)


def _ask(about: str, debtor: Debtor, ctx: Context) -> Outcome:
    """Put it to the College. VEERE-4.17-b, VEERE-4.17-c."""
    if f"petition:{about}" in debtor.procedures:
        return Refusal("permission_asked", "Hiervoor is het college al gevraagd.", _norms(about))
    decide_by = ctx.law.last_day("college_permission", ctx.today)
    asked = PermissionAsked(
        on=ctx.today,
        instance=about,
        norms=_norms(about),
        about=about,
        warn_on=ctx.law.warning_day(decide_by),
        decide_by=decide_by,
    )
    question = Question(
        task=f"decide_permission:{about}",
        kind="decide_permission",
        question=f"Toestemming van het college: {asked.matter}?",
        norms=asked.norms,
        answers=("decide_permission",),
        opened_on=ctx.today,
        deadline=decide_by,
        asked_of=Role.COLLEGE,
    )
    return [asked, QuestionAsked(on=ctx.today, norms=asked.norms, question=question)]


def _decided(command: DecidePermission, debtor: Debtor, ctx: Context) -> Outcome:
    """The College's yes lets the petition go out, or opens the way to disclosure; its no cancels the plan."""
    state = debtor.procedures.get(f"petition:{command.about}")
    if not isinstance(state, Permission) or state.permitted_on:
        return Refusal("not_asked", "Hierover is het college niet gevraagd.", _norms(command.about))
    decided: list[Event] = [
        PermissionDecided(
            on=ctx.today,
            instance=command.about,
            norms=_norms(command.about),
            about=command.about,
            permitted=command.permitted,
            why=command.reason,
        )
    ]
    if command.permitted and command.about == PETITION:
        claimed = sum((d.open for d in ctx.facts.open_debts), ZERO)
        decided.append(PetitionOrdered(on=ctx.today, instance=PETITION, claimed=claimed))
    return decided


def _disclose(command: DiscloseSupportingClaim, debtor: Debtor, ctx: Context) -> Outcome:
    """Did the College permit it? Then the creditor gets the open assessments, and it is logged. VEERE-4.17-c."""
    state = debtor.procedures.get(f"petition:{command.creditor}")
    if not isinstance(state, Permission) or state.permitted_on is None:
        text = f"Het college heeft geen toestemming gegeven om {command.creditor} inlichtingen te geven."
        return Refusal("no_permission", text, ("VEERE-4.17-c",))
    debts = sorted(ctx.facts.open_debts, key=lambda d: d.debt)
    if not debts:
        return Refusal("nothing_open", "Er staat niets open.", ("VEERE-4.17-c",))
    lines = tuple(AmountLine(label=f"Aanslag {d.debt}", amount=d.open) for d in debts)
    return [
        SupportingClaimDisclosed(
            on=ctx.today,
            instance=command.creditor,
            creditor=command.creditor,
            debts=tuple(d.debt for d in debts),
            disclosed=sum((d.open for d in debts), ZERO),
            addressee=command.creditor,
            letter=STATEMENT.compose(
                dated=ctx.today, reference=debtor.debtor, amounts=lines, permitted_on=state.permitted_on
            ),
        )
    ]


def _norms(about: str) -> tuple[str, ...]:
    return ("VEERE-4.17-b",) if about == PETITION else ("VEERE-4.17-c",)


def end_term(state: Permission, term: Term, debtor: Debtor, ctx: Context) -> Outcome:
    """The College's decision is nearly late."""
    assert state.decide_by is not None
    return [PermissionNear(on=ctx.today, instance=state.about, norms=term.norms, decide_by=state.decide_by)]


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: Permission | None, event: Event) -> Permission | None:
    """Is a permission asked for, or given and not used yet?"""
    match event:
        case PermissionAsked():
            return Permission(event.about, None, event.warn_on, event.decide_by)
        case PermissionNear() if state is not None:
            return replace(state, warn_on=None)
        case PermissionDecided() if event.permitted and event.about != PETITION:
            return Permission(event.about, event.on)
        case _:
            return None


def terms(state: Permission, debtor: Debtor) -> Iterable[Term]:
    """When does the alarm go before the College's decision is late? VEERE-4.17-b, VEERE-4.17-c."""
    if state.warn_on is not None:
        text = "waarschuwing voor de beslissing van het college, par. 4.17"
        yield Term(f"petition:{state.about}.decision", state.warn_on, _norms(state.about), text)


def follow(event: DissolutionProposed, debtor: Debtor, ctx: Context) -> Iterable[Event]:
    """The officer chooses: dissolution, or the petition after all. VEERE-4.17-g."""
    question = Question(
        task="request_dissolution",
        kind="request_dissolution",
        question="Ontbinding via de Kamer van Koophandel vragen in plaats van faillissement?",
        norms=event.norms,
        answers=("request_dissolution", "order_petition"),
        opened_on=ctx.today,
    )
    yield QuestionAsked(on=ctx.today, norms=question.norms, question=question)


PROCEDURE = Procedure(
    name="petition",
    title="Faillissementsaanvraag",
    state=Permission,
    commands=(
        OrderPetition,
        RegisterSupportingClaimRequest,
        DecidePermission,
        DiscloseSupportingClaim,
        RequestDissolution,
    ),
    events=(
        PermissionAsked,
        PermissionNear,
        PermissionDecided,
        PetitionOrdered,
        SupportingClaimDisclosed,
        DissolutionProposed,
        DissolutionRequested,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    follow=follow,
    follows=(DissolutionProposed,),
    of_debtor=True,
)
