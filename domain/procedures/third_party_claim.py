"""Vordering (art. 19 IW): may a third party be obliged to pay the debt, and does it pay?

Only somebody with a recorded relation: it owes money to the debtor or holds money of the debtor (VEERE-2.6-a). The
claim is a letter to the third party (VEERE-2.6-b) and runs beside the ladder as a track of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from domain.debt.barriers import allowed_tracks, why_not
from domain.debt.events import DebtSettled, QuestionAsked, RegimeImposed
from domain.debt.facts import Context, ThirdParty
from domain.debt.letter_texts import THIRD_PARTY_CLAIM
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import Debt, Measure, Question, Term
from domain.kernel.messages import OFFICER, Act, Command, DebtId, Event, OfficialCommand, Outcome, Refusal
from domain.kernel.money import ZERO, Amount, Money

# -- commands -----------------------------------------------------------------------------------------------------


class ClaimFromThirdParty(OfficialCommand):
    """The officer claims the debt from a third party."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Vordering op een derde doen"

    command: Literal["claim_from_third_party"] = "claim_from_third_party"
    debt: DebtId
    third_party: str
    amount: Amount | None = None


class EndThirdPartyClaim(OfficialCommand):
    """The officer ends a claim: it brought nothing more, or is no longer needed."""

    roles: ClassVar = OFFICER
    title: ClassVar = "Vordering op een derde beëindigen"
    answers_about: ClassVar = "third_party"

    command: Literal["end_third_party_claim"] = "end_third_party_claim"
    debt: DebtId
    third_party: str


# -- events -------------------------------------------------------------------------------------------------------


class ThirdPartyClaimed(Act):
    """The claim letter to the third party."""

    type: ClassVar = "third_party_claim.made.v1"
    says: ClassVar = "Vordering van {claimed} gedaan op derde {third_party}."
    title: ClassVar = "vordering op een derde"
    immediate: ClassVar = True

    third_party: str
    claimed: Money
    answers_until: date


class ThirdPartySilent(Event):
    """The third party has paid nothing within the term."""

    type: ClassVar = "third_party_claim.silent.v1"
    says: ClassVar = "Derde {third_party} heeft niet betaald."
    norms: tuple[str, ...] = ("VEERE-2.6-b",)

    third_party: str


class ThirdPartyClaimSuspended(Act):
    """A regime of the debtor: the claim stays, but the third party need not pay for now."""

    type: ClassVar = "third_party_claim.suspended.v1"
    says: ClassVar = "Vordering op derde {third_party} geschorst."
    title: ClassVar = "schorsing van de vordering"
    immediate: ClassVar = True

    third_party: str


class ThirdPartyClaimResumed(Act):
    """The claim is awake again."""

    type: ClassVar = "third_party_claim.resumed.v1"
    says: ClassVar = "Schorsing van de vordering op derde {third_party} voorbij."
    title: ClassVar = "einde van de schorsing van de vordering"
    immediate: ClassVar = True

    third_party: str
    answers_until: date


class ThirdPartyClaimEnded(Act):
    """The claim is over; the third party is told."""

    type: ClassVar = "third_party_claim.ended.v1"
    says: ClassVar = "Vordering op derde {third_party} beëindigd."
    title: ClassVar = "einde van de vordering"
    immediate: ClassVar = True

    third_party: str


# -- letters ------------------------------------------------------------------------------------------------------

CLAIM_ENDED = LetterSpec(
    kind="third_party_claim_ended",
    title="Einde van de vordering",
    subject="De vordering van {claimed_on} is beëindigd",
    recipient=Recipient.THIRD_PARTY,
    blocks={
        "ended": (
            "Op {claimed_on} hebben wij u gevraagd om de schuld van iemand anders te betalen. Dat hoeft niet meer."
            " Vanaf vandaag betaalt u de belastingschuldige weer gewoon zelf."
        ),
        "paid_already": "Hebt u vandaag nog aan ons betaald? Dan zorgen wij dat het geld op de juiste plek komt.",
    },
    required=frozenset({"ended"}),
    names_debtor=True,
    norms=("VEERE-2.6-b",),
)

CLAIM_SUSPENDED = LetterSpec(
    kind="third_party_claim_suspended",
    title="Schorsing van de vordering",
    subject="U hoeft voorlopig niet aan ons te betalen",
    recipient=Recipient.THIRD_PARTY,
    blocks={
        "suspended": (
            "Op {claimed_on} hebben wij u gevraagd om de schuld van iemand anders te betalen. Dat hoeft voorlopig niet:"
            " wij nemen nu geen maatregelen. Vanaf vandaag betaalt u de belastingschuldige gewoon zelf."
        ),
        "later": "Onze vordering blijft bestaan. U krijgt bericht als u weer aan ons moet betalen, of als zij vervalt.",
    },
    required=frozenset({"suspended", "later"}),
    names_debtor=True,
    norms=("VEERE-2.6-b",),
)

CLAIM_RESUMED = LetterSpec(
    kind="third_party_claim_resumed",
    title="Einde van de schorsing van de vordering",
    subject="Betaal weer aan ons",
    recipient=Recipient.THIRD_PARTY,
    blocks={
        "resumed": (
            "Op {suspended_on} schreven wij dat u voorlopig niet aan ons hoefde te betalen. Dat is voorbij. Onze"
            " vordering van {claimed_on} geldt weer: betaal vanaf vandaag weer aan ons wat u aan de belastingschuldige"
            " moet betalen of voor hem bewaart."
        ),
    },
    required=frozenset({"resumed"}),
    names_debtor=True,
    norms=("VEERE-2.6-b",),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ThirdPartyClaim:
    """One claim. `answers_until`: last day for the third party to pay, None once the officer was asked or while a
    regime suspends it, since `suspended_on`.
    """

    procedure: ClassVar[str] = "third_party_claim"

    third_party: str
    claimed_on: date
    answers_until: date | None
    suspended_on: date | None = None


# -- decide -------------------------------------------------------------------------------------------------------


def decide(command: Command, debt: Debt, ctx: Context) -> Outcome:
    """May the claim be made, or ended?"""
    match command:
        case ClaimFromThirdParty():
            return _claim(command, debt, ctx)
        case EndThirdPartyClaim():
            return _end(command, debt, ctx)
        case _:
            raise TypeError(f"a third-party claim does not decide {type(command).__name__}")


def _claim(command: ClaimFromThirdParty, debt: Debt, ctx: Context) -> Outcome:
    """Does the third party owe or hold money of the debtor, and is the served writ unpaid? VEERE-2.6-a, VEERE-2.5-a."""
    third = next((t for t in ctx.facts.debtor.third_parties if t.third_party == command.third_party), None)
    if third is None:
        return Refusal(
            "no_relation",
            f"Van {command.third_party} is niet vastgelegd dat het geld schuldig is aan of onder zich heeft van de"
            " belastingschuldige.",
            ("VEERE-2.6-a",),
        )
    if third.income:
        text = "Op loon, uitkering of pensioen kan alleen een loonvordering, met vooraankondiging en beslagvrije voet."
        return Refusal("periodic_income", text, ("VEERE-3.1-f", "VEERE-3.1-g"))
    measure = Measure.THIRD_PARTY_CLAIM
    # A claim on the trustee goes on in bankruptcy, by decision with a reason (reading `claim_on_trustee`).
    on_trustee = bool(command.reason) and command.third_party == ctx.facts.debtor.trustee
    seen = _without_bankruptcy(debt) if on_trustee else debt
    tracks = allowed_tracks(seen, ctx.law, measure, ctx.today)
    if not tracks:
        return why_not(seen, ctx.law, measure, ctx.today)
    if _key(command.third_party) in debt.procedures:
        return Refusal("claim_runs", "Op deze derde loopt al een vordering.", ("VEERE-2.6-a",))
    claimable = sum((debt.open_of(track).total for track in tracks), ZERO)
    claimed = min(command.amount or claimable, claimable)
    return [
        ThirdPartyClaimed(
            on=ctx.today,
            instance=command.third_party,
            norms=("VEERE-2.6-a", "VEERE-2.6-b", *(("VEERE-3.4-b",) if on_trustee else ())),
            third_party=command.third_party,
            claimed=claimed,
            answers_until=ctx.law.last_day("third_party_pays", ctx.today),
            letter=THIRD_PARTY_CLAIM.compose(
                dated=ctx.today,
                reference=debt.debt,
                amounts=(AmountLine(label="Te betalen voor de belastingschuldige", amount=claimed),),
                relation=_relation(third),
            ),
        )
    ]


def _without_bankruptcy(debt: Debt) -> Debt:
    """The debt as it would stand without the bankruptcy of its debtor. VEERE-3.4-b."""
    return replace(debt, procedures={k: s for k, s in debt.procedures.items() if k != "regime:bankruptcy"})


def _end(command: EndThirdPartyClaim, debt: Debt, ctx: Context) -> Outcome:
    """Is the claim over? VEERE-2.6-b."""
    claim = debt.procedures.get(_key(command.third_party))
    if not isinstance(claim, ThirdPartyClaim):
        return Refusal("no_such_claim", "Op deze derde loopt geen vordering.", ("VEERE-2.6-a",))
    return [_ended(claim, debt, ctx)]


def _ended(
    claim: ThirdPartyClaim, debt: Debt, ctx: Context, norms: tuple[str, ...] = ("VEERE-2.6-b",)
) -> ThirdPartyClaimEnded:
    return ThirdPartyClaimEnded(
        on=ctx.today,
        instance=claim.third_party,
        norms=norms,
        third_party=claim.third_party,
        letter=CLAIM_ENDED.compose(dated=ctx.today, reference=debt.debt, claimed_on=claim.claimed_on),
    )


def end_term(claim: ThirdPartyClaim, term: Term, debt: Debt, ctx: Context) -> Outcome:
    """Has the third party paid nothing within the term? Then the officer is asked. VEERE-2.6-b.

    A suspended claim wakes on the first day on which it would be allowed.
    """
    if claim.suspended_on is not None:
        return [_resumed(claim, claim.suspended_on, debt, ctx)]
    question = Question(
        task=f"third_party_silent:{claim.third_party}",
        kind="third_party_silent",
        question=f"Derde {claim.third_party} heeft nog niet betaald. Vordering beëindigen?",
        norms=("VEERE-2.6-b",),
        answers=("end_third_party_claim",),
        opened_on=ctx.today,
    )
    return [
        ThirdPartySilent(on=ctx.today, instance=claim.third_party, third_party=claim.third_party),
        QuestionAsked(on=ctx.today, norms=("VEERE-2.6-b",), question=question),
    ]


def _resumed(claim: ThirdPartyClaim, suspended_on: date, debt: Debt, ctx: Context) -> ThirdPartyClaimResumed:
    return ThirdPartyClaimResumed(
        on=ctx.today,
        instance=claim.third_party,
        norms=("VEERE-2.6-b", "VEERE-4.13.1-a"),
        third_party=claim.third_party,
        answers_until=ctx.law.last_day("third_party_pays", ctx.today),
        letter=CLAIM_RESUMED.compose(
            dated=ctx.today, reference=debt.debt, claimed_on=claim.claimed_on, suspended_on=suspended_on
        ),
    )


def _suspended(claim: ThirdPartyClaim, regime: RegimeImposed, debt: Debt, ctx: Context) -> ThirdPartyClaimSuspended:
    """The claim stays but sleeps. VEERE-4.13.1-a."""
    return ThirdPartyClaimSuspended(
        on=ctx.today,
        instance=claim.third_party,
        norms=regime.norms,
        third_party=claim.third_party,
        letter=CLAIM_SUSPENDED.compose(dated=ctx.today, reference=debt.debt, claimed_on=claim.claimed_on),
    )


def _relation(third: ThirdParty) -> str:
    owes = third.relation == "owes_money_to_debtor"
    return "u moet de belastingschuldige geld betalen" if owes else "u hebt geld van de belastingschuldige in bewaring"


def _key(third_party: str) -> str:
    return f"third_party_claim:{third_party}"


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(claim: ThirdPartyClaim | None, event: Event) -> ThirdPartyClaim | None:
    """Where the claim stands after `event`."""
    if isinstance(event, ThirdPartyClaimed):
        return ThirdPartyClaim(event.third_party, event.on, event.answers_until)
    if claim is None:
        return None
    match event:
        case ThirdPartySilent():
            return replace(claim, answers_until=None)
        case ThirdPartyClaimSuspended():
            return replace(claim, answers_until=None, suspended_on=event.on)
        case ThirdPartyClaimResumed():
            return replace(claim, answers_until=event.answers_until, suspended_on=None)
        case ThirdPartyClaimEnded():
            return None
        case _:
            return claim


# -- terms --------------------------------------------------------------------------------------------------------


def terms(claim: ThirdPartyClaim, debt: Debt) -> Iterable[Term]:
    """Until when may the third party pay before the officer is asked, and does a suspended claim wait?"""
    if claim.suspended_on is not None:
        norms, text = ("VEERE-4.13.1-a",), "schorsing van de vordering"
        name = f"{_key(claim.third_party)}.resumes"
        yield Term(name, claim.suspended_on, norms, text, measure=Measure.THIRD_PARTY_CLAIM)
    if claim.answers_until is not None:
        yield Term(
            f"{_key(claim.third_party)}.pays",
            claim.answers_until,
            ("VEERE-2.6-b",),
            "betaling door de derde, art. 19 IW",
        )


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """The claim ends when the debt is settled, and lapses or sleeps under a regime of the debtor."""
    for state in list(debt.procedures.values()):
        match state, event:
            case ThirdPartyClaim(), DebtSettled():
                yield _ended(state, debt, ctx)
            case ThirdPartyClaim(), RegimeImposed(lapses=True):
                yield _ended(state, debt, ctx, event.norms)
            case ThirdPartyClaim(suspended_on=None), RegimeImposed():
                yield _suspended(state, event, debt, ctx)


PROCEDURE = Procedure(
    name="third_party_claim",
    title="Vordering op een derde",
    state=ThirdPartyClaim,
    commands=(ClaimFromThirdParty, EndThirdPartyClaim),
    events=(
        ThirdPartyClaimed,
        ThirdPartySilent,
        ThirdPartyClaimSuspended,
        ThirdPartyClaimResumed,
        ThirdPartyClaimEnded,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    follow=follow,
    follows=(DebtSettled, RegimeImposed),
    status=lambda claim: ("third_party_claim", "vordering op een derde"),
    outlives_debt=True,
)
