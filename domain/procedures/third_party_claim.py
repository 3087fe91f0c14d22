"""Vordering (art. 19 IW): may a third party be obliged to pay the debt, and does it pay?

Only somebody with a recorded relation: it owes money to the debtor or holds money of the debtor (VEERE-2.6-a). The
claim is a letter to the third party (VEERE-2.6-b) and runs beside the ladder as a track of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from domain.debt.barriers import allowed_tracks, forbidding, why_not
from domain.debt.events import (
    AssessmentReduced,
    DebtSettled,
    HoldChanged,
    PaymentBooked,
    QuestionAsked,
    QuestionLapsed,
    RegimeImposed,
)
from domain.debt.facts import Context, ThirdParty
from domain.debt.letter_texts import THIRD_PARTY_CLAIM
from domain.debt.letters import AmountLine, LetterSpec, Recipient
from domain.debt.procedure import Procedure
from domain.debt.state import Barrier, Debt, Measure, Question, Term
from domain.kernel.dutch import dutch_euro
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


class ThirdPartyPaid(Event):
    """Money came in while the claim ran, so it cannot be said that the third party stayed silent."""

    type: ClassVar = "third_party_claim.paid.v1"
    says: ClassVar = "Na de vordering op derde {third_party} is {paid} betaald."
    norms: tuple[str, ...] = ("VEERE-2.6-b",)

    third_party: str
    paid: Money

    @property
    def amount(self) -> Money:
        return self.paid


class ThirdPartyClaimLowered(Act):
    """Less is open, or may be claimed, than the third party was told: it is told what it has to pay at most."""

    type: ClassVar = "third_party_claim.lowered.v1"
    says: ClassVar = "Vordering op derde {third_party} verlaagd tot {claimed}."
    title: ClassVar = "lager bedrag van de vordering"
    immediate: ClassVar = True

    third_party: str
    claimed: Money


class ThirdPartyClaimSuspended(Act):
    """Collection is laid still: the claim stays, but the third party need not pay for now."""

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
    claimed: Money | None = None
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

CLAIM_LOWERED = LetterSpec(
    kind="third_party_claim_lowered",
    title="Lager bedrag van de vordering",
    subject="U betaalt een lager bedrag aan ons",
    recipient=Recipient.THIRD_PARTY,
    blocks={
        "lowered": (
            "Op {claimed_on} hebben wij u gevraagd om de schuld van iemand anders te betalen. Dat bedrag is lager"
            " geworden. Vanaf vandaag betaalt u ons nog ten hoogste {total}. Wat u na vandaag meer aan de"
            " belastingschuldige moet betalen, betaalt u gewoon aan de belastingschuldige."
        ),
        "paid_already": "Hebt u vandaag nog aan ons betaald? Dan telt dat mee voor dit bedrag.",
    },
    required=frozenset({"lowered", "amounts"}),
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
            " moet betalen of voor hem bewaart, ten hoogste {total}."
        ),
    },
    required=frozenset({"resumed", "amounts"}),
    names_debtor=True,
    norms=("VEERE-2.6-b",),
)

# -- state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ThirdPartyClaim:
    """One claim of `claimed` euro. `answers_until`: last day for the third party to pay, None once money came or the
    officer was asked, or while it is suspended, since `suspended_on`, on the norms `suspended_by`.
    """

    procedure: ClassVar[str] = "third_party_claim"

    third_party: str
    claimed_on: date
    answers_until: date | None
    suspended_on: date | None = None
    claimed: Money | None = None
    suspended_by: tuple[str, ...] = ()


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
    """Is the claim over? What is open is put to the officer, where no step of its own follows. VEERE-2.6-b."""
    claim = debt.procedures.get(_key(command.third_party))
    if not isinstance(claim, ThirdPartyClaim):
        return Refusal("no_such_claim", "Op deze derde loopt geen vordering.", ("VEERE-2.6-a",))
    return [_ended(claim, debt, ctx), *_next_measure(claim, debt, ctx)]


_MEASURES = frozenset({"third_party_claim", "wage_claim", "attachment"})
"""While another of these runs, its end brings the question what comes next."""


def _next_measure(claim: ThirdPartyClaim, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Which measure is next for the payment terms whose steps are all taken? VEERE-2.8-a, VEERE-2-b."""
    if any(s.procedure in _MEASURES and s != claim for s in debt.procedures.values()):
        return
    for track in debt.titles:
        task = f"order_attachment:{track}" if track else "order_attachment"
        if debt.open_of(track).total <= 0 or task in debt.questions:
            continue
        open_ = dutch_euro(debt.open_of(track).total)
        question = Question(
            task=task,
            kind="order_attachment",
            question=f"Na de vordering op derde {claim.third_party} staat nog {open_} open. Volgende maatregel?",
            norms=("VEERE-2.6-b", "VEERE-2.8-a", "VEERE-2-b"),
            answers=("order_attachment", "claim_from_third_party", "announce_wage_claim"),
            opened_on=ctx.today,
            track=track,
        )
        yield QuestionAsked(on=ctx.today, track=track, norms=question.norms, question=question)


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
        task=_silent(claim),
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
    claimed = _claimable(claim, debt, ctx)
    return ThirdPartyClaimResumed(
        on=ctx.today,
        instance=claim.third_party,
        norms=("VEERE-2.6-b", *claim.suspended_by),
        third_party=claim.third_party,
        claimed=claimed,
        answers_until=ctx.law.last_day("third_party_pays", ctx.today),
        letter=CLAIM_RESUMED.compose(
            dated=ctx.today,
            reference=debt.debt,
            amounts=_to_pay(claimed),
            claimed_on=claim.claimed_on,
            suspended_on=suspended_on,
        ),
    )


def _claimable(claim: ThirdPartyClaim, debt: Debt, ctx: Context) -> Money:
    """How much may still be claimed today of what was claimed? VEERE-2.6-a, VEERE-4.9.1-d."""
    seen = _without_bankruptcy(debt) if claim.third_party == ctx.facts.debtor.trustee else debt
    tracks = allowed_tracks(seen, ctx.law, Measure.THIRD_PARTY_CLAIM, ctx.today)
    open_ = sum((debt.open_of(track).total for track in tracks), ZERO)
    return open_ if claim.claimed is None else min(claim.claimed, open_)


def _adapted(claim: ThirdPartyClaim, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Is less open, or is a part of it laid still? The third party hears what it has to pay now. VEERE-2.6-b."""
    claimable = _claimable(claim, debt, ctx)
    if claimable <= 0 and (barrier := _laid_still(debt, ctx)):
        yield _suspended(claim, barrier.norms, debt, ctx)
    elif claimable <= 0:
        yield _ended(claim, debt, ctx)
        yield from _next_measure(claim, debt, ctx)
    elif claim.claimed is not None and claimable < claim.claimed:
        yield ThirdPartyClaimLowered(
            on=ctx.today,
            instance=claim.third_party,
            norms=("VEERE-2.6-b",),
            third_party=claim.third_party,
            claimed=claimable,
            letter=CLAIM_LOWERED.compose(
                dated=ctx.today, reference=debt.debt, amounts=_to_pay(claimable), claimed_on=claim.claimed_on
            ),
        )


def _laid_still(debt: Debt, ctx: Context) -> Barrier | None:
    """What lays still also the steps of the ladder: more than a step that is still to be taken. VEERE-4.9.1-d."""
    open_ = (t.track for t in debt.terms if debt.open_of(t.track).total > 0)
    against = (forbidding(debt, ctx.law, Measure.RENEWED_ORDER, ctx.today, track) for track in open_)
    return next((b for b in against if b is not None), None)


def _to_pay(amount: Money) -> tuple[AmountLine, ...]:
    return (AmountLine(label="Te betalen voor de belastingschuldige", amount=amount),)


def _suspended(claim: ThirdPartyClaim, norms: tuple[str, ...], debt: Debt, ctx: Context) -> ThirdPartyClaimSuspended:
    """The claim stays but sleeps. VEERE-4.13.1-a, VEERE-4.9.1-d."""
    return ThirdPartyClaimSuspended(
        on=ctx.today,
        instance=claim.third_party,
        norms=norms,
        third_party=claim.third_party,
        letter=CLAIM_SUSPENDED.compose(dated=ctx.today, reference=debt.debt, claimed_on=claim.claimed_on),
    )


def _relation(third: ThirdParty) -> str:
    owes = third.relation == "owes_money_to_debtor"
    return "u moet de belastingschuldige geld betalen" if owes else "u hebt geld van de belastingschuldige in bewaring"


def _silent(claim: ThirdPartyClaim) -> str:
    return f"third_party_silent:{claim.third_party}"


def _key(third_party: str) -> str:
    return f"third_party_claim:{third_party}"


# -- evolve -------------------------------------------------------------------------------------------------------


def evolve(claim: ThirdPartyClaim | None, event: Event) -> ThirdPartyClaim | None:
    """Where the claim stands after `event`."""
    if isinstance(event, ThirdPartyClaimed):
        return ThirdPartyClaim(event.third_party, event.on, event.answers_until, claimed=event.claimed)
    if claim is None:
        return None
    match event:
        case ThirdPartySilent() | ThirdPartyPaid():
            return replace(claim, answers_until=None)
        case ThirdPartyClaimSuspended():
            return replace(claim, answers_until=None, suspended_on=event.on, suspended_by=event.norms)
        case ThirdPartyClaimLowered():
            return replace(claim, claimed=event.claimed)
        case ThirdPartyClaimResumed():
            claimed = claim.claimed if event.claimed is None else event.claimed
            until = event.answers_until
            return replace(claim, claimed=claimed, answers_until=until, suspended_on=None, suspended_by=())
        case ThirdPartyClaimEnded():
            return None
        case _:
            return claim


# -- terms --------------------------------------------------------------------------------------------------------


def terms(claim: ThirdPartyClaim, debt: Debt) -> Iterable[Term]:
    """Until when may the third party pay before the officer is asked, and does a suspended claim wait?"""
    if claim.suspended_on is not None:
        for part in debt.terms:
            if debt.open_of(part.track).total > 0:
                name = ":".join(filter(None, (f"{_key(claim.third_party)}.resumes", part.track)))
                text, measure = "schorsing van de vordering", Measure.THIRD_PARTY_CLAIM
                yield Term(name, claim.suspended_on, claim.suspended_by, text, part.track, measure)
    if claim.answers_until is not None:
        yield Term(
            f"{_key(claim.third_party)}.pays",
            claim.answers_until,
            ("VEERE-2.6-b",),
            "betaling door de derde, art. 19 IW",
        )


def follow(event: Event, debt: Debt, ctx: Context) -> Iterable[Event]:
    """The claim ends when the debt is settled, waits no more once money came, and lapses or sleeps under a regime.

    It is lowered with what is open, and sleeps while all of that is laid still.
    """
    for state in list(debt.procedures.values()):
        match state, event:
            case ThirdPartyClaim(), PaymentBooked() if debt.open.total > 0:
                yield from _paid(state, event, debt)
                if state.suspended_on is None:
                    yield from _adapted(state, debt, ctx)
            case ThirdPartyClaim(suspended_on=None), AssessmentReduced() if debt.open.total > 0:
                yield from _adapted(state, debt, ctx)
            case ThirdPartyClaim(suspended_on=None), HoldChanged() if debt.open.total > 0:
                yield from _adapted(state, debt, ctx)
            case ThirdPartyClaim(), DebtSettled():
                yield _ended(state, debt, ctx)
            case ThirdPartyClaim(), RegimeImposed(lapses=True):
                yield _ended(state, debt, ctx, event.norms)
            case ThirdPartyClaim(suspended_on=None), RegimeImposed():
                yield _suspended(state, event.norms, debt, ctx)


def _paid(claim: ThirdPartyClaim, payment: PaymentBooked, debt: Debt) -> Iterable[Event]:
    """Did money come by bank since the claim? VEERE-2.6-b.

    A bank payment does not tell who paid (VEERE-4.1-b), so one of these may be the third party's.
    """
    asked = debt.questions.get(_silent(claim))
    waits = claim.answers_until is not None or asked is not None
    if not waits or payment.channel != "bank" or payment.on <= claim.claimed_on:
        return
    yield ThirdPartyPaid(on=payment.on, instance=claim.third_party, third_party=claim.third_party, paid=payment.amount)
    if asked is not None:
        yield QuestionLapsed(on=payment.on, norms=asked.norms, task=asked.task, asks=asked.question)


PROCEDURE = Procedure(
    name="third_party_claim",
    title="Vordering op een derde",
    state=ThirdPartyClaim,
    commands=(ClaimFromThirdParty, EndThirdPartyClaim),
    events=(
        ThirdPartyClaimed,
        ThirdPartySilent,
        ThirdPartyPaid,
        ThirdPartyClaimLowered,
        ThirdPartyClaimSuspended,
        ThirdPartyClaimResumed,
        ThirdPartyClaimEnded,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    follow=follow,
    follows=(DebtSettled, PaymentBooked, AssessmentReduced, RegimeImposed, HoldChanged),
    status=lambda claim: ("third_party_claim", "vordering op een derde"),
    outlives_debt=True,
)
