"""Faillissement: what does the bankruptcy or dissolution of the debtor mean for its debts, and what comes after?

All measures stop, attachments and claims lapse, letters go to the trustee, all open claims are filed with the trustee
in one letter and later assessments over earlier times additionally (VEERE-4.17-a, VEERE-4.17-d to VEERE-4.17-f). A
natural person's debts then lie dormant for five years (VEERE-4.17-h, VEERE-4.17-i); what a dissolved entity leaves is
proposed for write-off (VEERE-4.17-g).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain.debt.events import QuestionAsked, RegimeImposed
from domain.debt.facts import Context
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import Debt, Question, Term
from domain.debtor import regimes
from domain.debtor.debtor import Debtor
from domain.kernel.dutch import dutch_date, dutch_list
from domain.kernel.messages import (
    OFFICER,
    Act,
    Command,
    DebtId,
    DebtorId,
    Event,
    OfficialCommand,
    Outcome,
    Refusal,
    Role,
)
from domain.kernel.money import ZERO, Money

REGIME = "bankruptcy"
DORMANCY = "dormancy"
DISSOLUTION = "dissolution"

Means = Literal["income_above_average", "valuable_possessions"]

MEANS: dict[Means, str] = {
    "income_above_average": "een inkomen boven het gemiddelde in Nederland",
    "valuable_possessions": "bezittingen die veel waard zijn",
}

# -- commands -----------------------------------------------------------------------------------------------------


class RegisterBankruptcy(Command):
    """The court declared the debtor bankrupt and appointed a trustee."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Faillissement registreren"

    command: Literal["register_bankruptcy"] = "register_bankruptcy"
    debtor: DebtorId
    declared_on: date
    trustee: DebtorId = Field(description="the office's number of the trustee")


class RecordClaim(Command):
    """A debt under the bankruptcy tells what was open on it, in euro."""

    roles: ClassVar = frozenset({Role.ENGINE})
    title: ClassVar = "Vordering voor de curator opgeven"

    command: Literal["record_claim"] = "record_claim"
    debtor: DebtorId
    from_debt: DebtId
    arose_on: date
    tax: Money = ZERO
    costs: Money = ZERO
    interest: Money = ZERO
    fine: Money = ZERO


class RegisterBankruptcyEnd(Command):
    """The bankruptcy ended."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Einde van het faillissement registreren"

    command: Literal["register_bankruptcy_end"] = "register_bankruptcy_end"
    debtor: DebtorId
    ended_on: date


class RegisterDissolution(Command):
    """The Chamber of Commerce dissolved the legal entity."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Ontbinding registreren"

    command: Literal["register_dissolution"] = "register_dissolution"
    debtor: DebtorId
    dissolved_on: date


class WriteOffDebts(OfficialCommand):
    """The officer writes off what an entity that is no more leaves unpaid."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Aanslagen oninbaar lijden"

    command: Literal["write_off_debts"] = "write_off_debts"
    debtor: DebtorId
    reason: str = Field(min_length=1, max_length=2000)


class ReportMeans(Command):
    """A sign that the debtor has means again after the bankruptcy."""

    title: ClassVar = "Signaal van inkomen of bezit melden"

    command: Literal["report_means"] = "report_means"
    debtor: DebtorId
    means: Means


class ReviveDebts(OfficialCommand):
    """The officer restarts collection of dormant debts."""

    roles: ClassVar = OFFICER - {Role.ENGINE}
    title: ClassVar = "Invordering na faillissement hervatten"

    command: Literal["revive_debts"] = "revive_debts"
    debtor: DebtorId
    means: Means
    reason: str = Field(min_length=1, max_length=2000)


# -- events -------------------------------------------------------------------------------------------------------


class BankruptcyRegistered(Event):
    """The bankruptcy holds; the trustee acts for the debtor."""

    type: ClassVar = "bankruptcy.registered.v1"
    says: ClassVar = "Failliet verklaard op {declared_on}; post gaat naar curator {trustee}."
    norms: tuple[str, ...] = ("VEERE-4.17-a", "VEERE-4.17-d")

    declared_on: date
    trustee: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What one debt has open in the bankruptcy, in euro."""

    debt: str
    tax: Money
    costs: Money
    interest: Money
    fine: Money

    @property
    def total(self) -> Money:
        """All parts together."""
        return self.tax + self.costs + self.interest + self.fine


class ClaimRecorded(Event):
    """A claim waits to be filed."""

    type: ClassVar = "claim.recorded.v1"
    says: ClassVar = "Aan te melden bij de curator: {claimed} van aanslag {debt}."
    norms: tuple[str, ...] = ("VEERE-4.17-f",)

    claim: Claim

    @property
    def debt(self) -> str:
        """The debt that it comes from."""
        return self.claim.debt

    @property
    def claimed(self) -> Money:
        """Euro of the claim."""
        return self.claim.total


class ClaimsFiled(Act):
    """The claims are filed with the trustee, in one letter."""

    type: ClassVar = "claims.filed.v1"
    says: ClassVar = "Bij de curator aangemeld: {filed} van {number} aanslag(en)."
    title: ClassVar = "aanmelding bij de curator"
    norms: tuple[str, ...] = ("VEERE-4.17-f", "VEERE-4.17-a")

    filed: Money
    debts: tuple[str, ...]

    @property
    def number(self) -> int:
        """How many debts."""
        return len(self.debts)


class BankruptcyEnded(Event):
    """The bankruptcy is over."""

    type: ClassVar = "bankruptcy.ended.v1"
    says: ClassVar = "Het faillissement is geëindigd op {ended_on}."
    norms: tuple[str, ...] = ("VEERE-4.17-h",)

    ended_on: date
    dormant_until: date | None = Field(None, description="of a natural person: last of the dormant years")


class EntityDissolved(Event):
    """The legal entity is no more."""

    type: ClassVar = "entity.dissolved.v1"
    says: ClassVar = "De rechtspersoon is ontbonden op {dissolved_on}."
    norms: tuple[str, ...] = ("VEERE-4.17-g",)

    dissolved_on: date


class DebtsWrittenOff(Event):
    """The officer wrote off what the entity leaves."""

    type: ClassVar = "debts.written_off.v1"
    says: ClassVar = "De aanslagen worden oninbaar geleden. {why}"
    norms: tuple[str, ...] = ("VEERE-4.17-g",)

    why: str


class MeansReported(Event):
    """There is a sign of means."""

    type: ClassVar = "means.reported.v1"
    says: ClassVar = "Signaal na faillissement: {means_in_dutch}."
    norms: tuple[str, ...] = ("VEERE-4.17-i",)

    means: Means
    warn_on: date

    @property
    def means_in_dutch(self) -> str:
        """The means in Dutch."""
        return MEANS[self.means]


class RevivalNear(Event):
    """Alarm: there is a sign of means that nobody decided on, and the five years are about to end."""

    type: ClassVar = "revival.near.v1"
    says: ClassVar = "Waarschuwing: invordering hervatten kan nog tot en met {until}; het signaal is niet beoordeeld."
    norms: tuple[str, ...] = ("VEERE-4.17-i",)

    until: date


class DebtsRevived(Event):
    """Collection of the dormant debts starts again where it stopped."""

    type: ClassVar = "debts.revived.v1"
    says: ClassVar = "Invordering na faillissement hervat wegens {means_in_dutch}. {why}"
    norms: tuple[str, ...] = ("VEERE-4.17-i",)

    means: Means
    why: str

    @property
    def means_in_dutch(self) -> str:
        """The means in Dutch."""
        return MEANS[self.means]


class DormancyOver(Event):
    """Five years are over: the debts are closed for good."""

    type: ClassVar = "dormancy.over.v1"
    says: ClassVar = "Vijf jaar na het faillissement: de slapende aanslagen zijn definitief gesloten."
    norms: tuple[str, ...] = ("VEERE-4.17-h",)


# -- letters ------------------------------------------------------------------------------------------------------

FILING = LetterSpec(
    kind="claims_filed",
    title="Aanmelding van vorderingen bij de curator",
    subject="Aanmelding van vorderingen in het faillissement van {declared_on}",
    recipient=Recipient.TRUSTEE,
    particulars={"Failliet verklaard op": "{declared_on}", "Aanslagen": "{debts}"},
    blocks={
        "filing": (
            "De belastingschuldige is op {declared_on} failliet verklaard. U bent de curator. Hierbij melden wij onze"
            " vorderingen bij u aan. In het overzicht staan per aanslag de belasting, de kosten en de rente tot de dag"
            " van het faillissement."
        ),
        "additional": (
            "Dit is een aanvulling op onze aanmelding van {filed_on}. Deze aanslagen gaan over de tijd voor het"
            " faillissement, maar zijn later opgelegd of later bij ons bekend geworden."
        ),
        "asks": "Wilt u deze vorderingen op de lijst van schulden zetten en ons dat bevestigen?",
        "stopped": "Wij nemen geen invorderingsmaatregelen meer. Beslagen die wij hadden gelegd, zijn opgeheven.",
    },
    required=frozenset({"filing", "asks", "amounts", "Aanslagen"}),
    optional=frozenset({"additional"}),
    names_debtor=True,
    legal_basis=("artikel 26 en 110 Faillissementswet", "artikel 4.17 Leidraad invordering gemeente Veere"),
    norms=("VEERE-4.17-f",),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bankruptcy:
    """One bankruptcy or dissolution: claims not filed yet, and in the end until when the debts lie dormant."""

    procedure: ClassVar[str] = "bankruptcy"

    stage: Literal["bankrupt", "dormant", "gone"]
    declared_on: date
    trustee: str = ""
    claims: tuple[Claim, ...] = ()
    file_on: date | None = None
    filed_on: date | None = None
    dormant_until: date | None = None
    warn_on: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """What follows from a court's ruling, a claim, an end, or a sign of means?"""
    found = debtor.procedures.get("bankruptcy")
    state = found if isinstance(found, Bankruptcy) else None
    match command:
        case RegisterBankruptcy():
            return _register(command, state, debtor, ctx)
        case RecordClaim():
            return _claim(command, state, ctx)
        case RegisterBankruptcyEnd():
            return _end(command, state, debtor, ctx)
        case RegisterDissolution():
            return _dissolve(command, state, debtor, ctx)
        case WriteOffDebts():
            return _write_off(command, state, ctx)
        case ReportMeans():
            return _means(command, state, ctx)
        case ReviveDebts():
            if state is None or state.stage != "dormant":
                return _not_dormant()
            debts = regimes.reached(ctx)
            revived = DebtsRevived(on=ctx.today, means=command.means, why=command.reason)
            why = f"de belastingschuldige heeft {MEANS[command.means]}"
            return [revived, regimes.ends(DORMANCY, ctx, why=why, norms=revived.norms, debts=debts)]
        case _:
            raise TypeError(f"a bankruptcy does not decide {type(command).__name__}")


def _register(command: RegisterBankruptcy, state: Bankruptcy | None, debtor: Debtor, ctx: Context) -> Outcome:
    """All measures stop and attachments lapse, from the day of the ruling on. VEERE-4.17-a, 4.17-d, 4.17-e.

    Dormant years that run end with it: its own end begins new ones (VEERE-4.17-h).
    """
    if state is not None and state.stage != "dormant":
        return Refusal("already_bankrupt", "Er is al een faillissement of ontbinding vastgelegd.", ("VEERE-4.17-a",))
    if command.declared_on > ctx.today:
        return Refusal("date_in_future", "De dag van het faillissement ligt na vandaag.", ("VEERE-4.17-a",))
    dormant: list[Event] = []
    if state is not None:
        why, norms = "er is een nieuw faillissement", ("VEERE-4.17-h",)
        debts = regimes.reached(ctx)
        dormant = [regimes.ends(DORMANCY, ctx, why=why, norms=norms, debts=debts, on=command.declared_on)]
        dormant += regimes.lapsed(debtor, norms, ctx, "revive_debts")
    return [
        BankruptcyRegistered(on=ctx.today, declared_on=command.declared_on, trustee=command.trustee),
        regimes.begins(
            REGIME,
            command.declared_on,
            ctx,
            what="Faillissement: alle invorderingsmaatregelen zijn opgeschort, beslagen vervallen.",
            norms=("VEERE-4.17-d", "VEERE-4.17-e"),
            attachments="lapse",
            trustee=command.trustee,
        ),
        *dormant,
    ]


def _claim(command: RecordClaim, state: Bankruptcy | None, ctx: Context) -> Outcome:
    """Did the tax arise before the bankruptcy? Then it is filed with the others of its day. VEERE-4.17-f."""
    claim = Claim(command.from_debt, command.tax, command.costs, command.interest, command.fine)
    if state is None or state.stage != "bankrupt" or command.arose_on > state.declared_on or claim.total <= 0:
        return []
    return [ClaimRecorded(on=ctx.today, claim=claim)]


def _end(command: RegisterBankruptcyEnd, state: Bankruptcy | None, debtor: Debtor, ctx: Context) -> Outcome:
    """Natural person: five dormant years. Entity: it is no more, and write-off is proposed. VEERE-4.17-g, 4.17-h."""
    if state is None or state.stage != "bankrupt":
        return Refusal("not_bankrupt", "Er is geen faillissement vastgelegd.", ("VEERE-4.17-h",))
    if not state.declared_on <= command.ended_on <= ctx.today:
        text = f"Het einde ligt tussen {dutch_date(state.declared_on)} en vandaag."
        return Refusal("date_out_of_range", text, ("VEERE-4.17-h",))
    if not debtor.facts.natural_person:
        return [BankruptcyEnded(on=command.ended_on, ended_on=command.ended_on), _propose_write_off(debtor, ctx)]
    until = ctx.law.last_day("dormancy", command.ended_on)
    covers_all = ctx.law.reading("dormant_debts") == "arisen_until_end"
    norms = ("VEERE-4.17-h",)
    # The dormant years begin before the bankruptcy ends: no debt is without a regime for a moment.
    return [
        BankruptcyEnded(on=command.ended_on, ended_on=command.ended_on, dormant_until=until),
        regimes.begins(
            DORMANCY,
            command.ended_on,
            ctx,
            what="Na faillissement: de invordering wordt niet meer opgestart.",
            norms=norms,
            until=until,
            arisen_until=command.ended_on if covers_all else state.declared_on,
            attachments="lapse",
            at_end="write_off",
        ),
        regimes.ends(
            REGIME,
            ctx,
            why="het faillissement is geëindigd",
            norms=norms,
            debts=regimes.reached(ctx),
            on=command.ended_on,
        ),
    ]


def _dissolve(command: RegisterDissolution, state: Bankruptcy | None, debtor: Debtor, ctx: Context) -> Outcome:
    """An entity that is no more pays nothing more: measures stop, and write-off is proposed. VEERE-4.17-g."""
    if debtor.facts.natural_person:
        return Refusal("not_an_entity", "Alleen een rechtspersoon kan worden ontbonden.", ("VEERE-4.17-g",))
    if state is not None:
        return Refusal("already_bankrupt", "Er is al een faillissement of ontbinding vastgelegd.", ("VEERE-4.17-g",))
    if command.dissolved_on > ctx.today:
        return Refusal("date_in_future", "De dag van de ontbinding ligt na vandaag.", ("VEERE-4.17-g",))
    what = "De rechtspersoon is ontbonden: er is niets meer om te innen."
    return [
        EntityDissolved(on=command.dissolved_on, dissolved_on=command.dissolved_on),
        regimes.begins(DISSOLUTION, command.dissolved_on, ctx, what=what, norms=("VEERE-4.17-g",), attachments="lapse"),
        _propose_write_off(debtor, ctx),
    ]


def _propose_write_off(debtor: Debtor, ctx: Context) -> QuestionAsked:
    debts = dutch_list(regimes.reached(ctx)) or "geen"
    question = Question(
        task="write_off_debts",
        kind="write_off_debts",
        question=f"De rechtspersoon bestaat niet meer. Open aanslagen ({debts}) oninbaar lijden?",
        norms=("VEERE-4.17-g",),
        answers=("write_off_debts",),
        opened_on=ctx.today,
    )
    return QuestionAsked(on=ctx.today, norms=question.norms, question=question)


def _write_off(command: WriteOffDebts, state: Bankruptcy | None, ctx: Context) -> Outcome:
    if state is None or state.stage != "gone":
        text = "Oninbaar lijden kan hier pas als de rechtspersoon niet meer bestaat."
        return Refusal("entity_exists", text, ("VEERE-4.17-g",))
    norms, why = ("VEERE-4.17-g",), "de rechtspersoon bestaat niet meer"
    debts = regimes.reached(ctx)
    name = REGIME if state.trustee else DISSOLUTION
    return [
        DebtsWrittenOff(on=ctx.today, why=command.reason),
        regimes.ends(name, ctx, why=why, norms=norms, debts=debts, then="write_off"),
    ]


def _means(command: ReportMeans, state: Bankruptcy | None, ctx: Context) -> Outcome:
    """Within five years after the bankruptcy the officer decides whether collection restarts. VEERE-4.17-i."""
    if state is None or state.stage != "dormant" or state.dormant_until is None:
        return _not_dormant()
    question = Question(
        task="revive_debts",
        kind="revive_debts",
        question=f"Signaal van {MEANS[command.means]} na faillissement. Invordering hervatten?",
        norms=("VEERE-4.17-i",),
        answers=("revive_debts",),
        opened_on=ctx.today,
        deadline=state.dormant_until,
    )
    return [
        MeansReported(on=ctx.today, means=command.means, warn_on=ctx.law.warning_day(state.dormant_until)),
        QuestionAsked(on=ctx.today, norms=question.norms, question=question),
    ]


def _not_dormant() -> Refusal:
    text = "Invordering na faillissement hervatten kan alleen binnen vijf jaar na het einde daarvan."
    return Refusal("not_dormant", text, ("VEERE-4.17-i", "VEERE-4.17-h"))


def end_term(state: Bankruptcy, term: Term, debtor: Debtor, ctx: Context) -> Outcome:
    """Are all claims of the day in, so that they are filed? Or are the dormant years over?"""
    if term.name == "bankruptcy.files":
        return [_filed(state, debtor, ctx)]
    if term.name == "bankruptcy.revival":
        assert state.dormant_until is not None
        return [RevivalNear(on=ctx.today, until=state.dormant_until)]
    over = DormancyOver(on=ctx.today)
    why = "vijf jaar na het faillissement is de invordering definitief gesloten"
    lapsed = regimes.lapsed(debtor, over.norms, ctx, "revive_debts")
    return [over, regimes.ends(DORMANCY, ctx, why=why, norms=over.norms), *lapsed]


def _filed(state: Bankruptcy, debtor: Debtor, ctx: Context) -> ClaimsFiled:
    """One letter for all claims that came in, the debts in order. VEERE-4.17-f."""
    claims = sorted(state.claims, key=lambda c: c.debt)
    parts = (("belasting", "tax"), ("kosten", "costs"), ("invorderingsrente", "interest"), ("boete", "fine"))
    lines = tuple(
        AmountLine(label=f"Aanslag {claim.debt}, {label}", amount=amount)
        for claim in claims
        for label, part in parts
        if (amount := getattr(claim, part))
    )
    debts = tuple(claim.debt for claim in claims)
    return ClaimsFiled(
        on=ctx.today,
        filed=sum((claim.total for claim in claims), ZERO),
        debts=debts,
        addressee=state.trustee,
        letter=FILING.compose(
            dated=ctx.today,
            reference=debtor.debtor,
            amounts=lines,
            declared_on=state.declared_on,
            debts=debts,
            filed_on=state.filed_on,
        ),
    )


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(state: Bankruptcy | None, event: Event) -> Bankruptcy | None:
    """Where the bankruptcy stands after `event`."""
    match event:
        case BankruptcyRegistered():
            return Bankruptcy("bankrupt", event.declared_on, event.trustee)
        case EntityDissolved():
            return Bankruptcy("gone", event.dissolved_on)
    if state is None:
        return None
    match event:
        case ClaimRecorded():
            return replace(state, claims=(*state.claims, event.claim), file_on=state.file_on or event.on)
        case ClaimsFiled():
            return replace(state, claims=(), file_on=None, filed_on=event.on)
        case BankruptcyEnded():
            stage: Literal["dormant", "gone"] = "dormant" if event.dormant_until else "gone"
            return replace(state, stage=stage, dormant_until=event.dormant_until)
        case MeansReported():
            return replace(state, warn_on=event.warn_on)
        case RevivalNear():
            return replace(state, warn_on=None)
        case DebtsWrittenOff() | DebtsRevived() | DormancyOver():
            return None
        case _:
            return state


# -- terms --------------------------------------------------------------------------------------------------------


def terms(state: Bankruptcy, debtor: Debtor) -> Iterable[Term]:
    """Which claims wait to be filed, until when do the debts lie dormant, and is a sign still to be judged?"""
    if state.file_on is not None:
        yield Term("bankruptcy.files", state.file_on, ("VEERE-4.17-f",), "aanmelding bij de curator, par. 4.17")
    if state.warn_on is not None and "revive_debts" in debtor.questions:
        yield Term("bankruptcy.revival", state.warn_on, ("VEERE-4.17-i",), "waarschuwing voor het einde van vijf jaar")
    if state.dormant_until is not None:
        yield Term("bankruptcy.dormant", state.dormant_until, ("VEERE-4.17-h",), "vijf jaar na het faillissement")


def _claim_of(event: RegimeImposed, debt: Debt) -> Iterable[Command]:
    """A debt that comes under the bankruptcy tells what is to be filed."""
    if event.regime == REGIME:
        yield RecordClaim(
            debtor=debt.debtor, from_debt=debt.debt, arose_on=debt.arose_on or debt.dated, **asdict(debt.open)
        )


PROCEDURE = Procedure(
    name="bankruptcy",
    title="Faillissement",
    state=Bankruptcy,
    commands=(
        RegisterBankruptcy,
        RecordClaim,
        RegisterBankruptcyEnd,
        RegisterDissolution,
        WriteOffDebts,
        ReportMeans,
        ReviveDebts,
    ),
    events=(
        BankruptcyRegistered,
        ClaimRecorded,
        ClaimsFiled,
        BankruptcyEnded,
        EntityDissolved,
        DebtsWrittenOff,
        MeansReported,
        RevivalNear,
        DebtsRevived,
        DormancyOver,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    of_debtor=True,
    tells={RegimeImposed: _claim_of},
)
