"""What can have happened to a debt as such. Events of the procedures stand in their own files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain.debt.facts import AtEnd
from domain.debt.state import Balance, EarlierStep, ExecutionTitle, Measure, PaymentTerm, Question
from domain.kernel.dutch import dutch_euro
from domain.kernel.messages import Act, Event, Posting
from domain.kernel.money import ZERO, Money


class AssessmentFixed(Event):
    """The debt began."""

    type: ClassVar = "assessment.fixed.v1"
    says: ClassVar = "Aanslag vastgesteld: {amount}."
    norms: tuple[str, ...] = ("VEERE-2.1-a", "VEERE-2.1-b")

    debt: str
    debtor: str
    tax: str
    tax_year: int
    dated: date
    assessed: Balance
    terms: tuple[PaymentTerm, ...]
    rulebook: str
    arose_on: date | None = Field(None, description="day on which the tax arose, where it is not `dated`")
    earlier_step: EarlierStep | None = None

    @property
    def amount(self) -> Decimal:
        return self.assessed.total

    def postings(self) -> Iterable[Posting]:
        yield Posting("receivable:tax", "revenue:tax", self.assessed.tax)
        if self.assessed.fine:
            yield Posting("receivable:fine", "revenue:fine", self.assessed.fine)


class AssessmentNoticeSent(Act):
    """The notice goes to the debtor or the legal representative, by post or to the message box: one of the two."""

    type: ClassVar = "assessment_notice.sent.v1"
    says: ClassVar = "Aanslagbiljet verstuurd."
    title: ClassVar = "aanslagbiljet"
    immediate: ClassVar = True  # a payment does not make the notice superfluous: nothing to wait for


class PaymentBooked(Event):
    """A payment was booked: costs, interest, tax, fine; what is left over goes to the debtor's other debts."""

    type: ClassVar = "payment.booked.v1"
    says: ClassVar = "Betaling van {amount} ({label}) geboekt met dagtekening {on}."
    norms: tuple[str, ...] = ("VEERE-4-a", "VEERE-4.4-a")

    paid: Money
    channel: str
    label: str
    parts: Balance
    surplus: Money = ZERO
    value_date: date

    @property
    def amount(self) -> Money:
        return self.paid

    def postings(self) -> Iterable[Posting]:
        source = "clearing" if self.channel == "internal" else f"bank:{self.channel}"
        for part in ("costs", "interest", "tax", "fine"):
            if money := getattr(self.parts, part):
                yield Posting(source, f"receivable:{part}", money)
        if self.surplus and source != "clearing":
            yield Posting(source, "clearing", self.surplus)


class Booked(Event):
    """An event of a procedure that makes `booked` due on the debt, other than by the costs of an act."""

    booked: Balance = Balance()

    @property
    def amount(self) -> Decimal:
        return self.booked.total

    def postings(self) -> Iterable[Posting]:
        for part in ("costs", "interest", "tax", "fine"):
            if money := getattr(self.booked, part):
                yield Posting(f"receivable:{part}", f"revenue:{part}", money)


class AssessmentReduced(Event):
    """Less is due: `parts`, of which `still_open` was open; what was paid of it goes back to the debtor."""

    type: ClassVar = "assessment.reduced.v1"
    says: ClassVar = "{what} verminderd met {less}."

    parts: Balance
    still_open: Balance

    @property
    def what(self) -> str:
        """What was lowered."""
        return "Kosten" if self.parts.costs else "Aanslag"

    @property
    def less(self) -> Decimal:
        """By how much the debt is lower, in euro."""
        return self.parts.total

    @property
    def amount(self) -> Decimal:
        return -self.less

    @property
    def surplus(self) -> Decimal:
        """What was paid too much, in euro."""
        return self.less - self.still_open.total

    def postings(self) -> Iterable[Posting]:
        paid = self.parts - self.still_open
        for part in ("costs", "interest", "tax", "fine"):
            if money := getattr(self.still_open, part):
                yield Posting(f"revenue:{part}", f"receivable:{part}", money)
            if money := getattr(paid, part):
                yield Posting(f"revenue:{part}", "clearing", money)


class Remitted(Event):
    """What was open is remitted: it will not be collected any more."""

    type: ClassVar = "debt.remitted.v1"
    says: ClassVar = "Kwijtgescholden: {amount}."

    parts: Balance

    @property
    def amount(self) -> Decimal:
        return self.parts.total

    def postings(self) -> Iterable[Posting]:
        for part in ("costs", "interest", "tax", "fine"):
            if money := getattr(self.parts, part):
                yield Posting("expense:remission", f"receivable:{part}", money)


class WrittenOff(Event):
    """What was open is written off: there is nothing left to collect it from."""

    type: ClassVar = "debt.written_off.v1"
    says: ClassVar = "Oninbaar geleden: {amount}."

    parts: Balance

    @property
    def amount(self) -> Decimal:
        return self.parts.total

    def postings(self) -> Iterable[Posting]:
        for part in ("costs", "interest", "tax", "fine"):
            if money := getattr(self.parts, part):
                yield Posting("expense:write_off", f"receivable:{part}", money)


class RefundDue(Event):
    """Money that came in for this debt belongs to the debtor: it goes back, or is set off where that may be."""

    type: ClassVar = "refund.due.v1"
    says: ClassVar = "Terug te geven aan de belastingschuldige: {refund}. {why}"

    refund: Money
    came_by: str = Field(description="channel of the money")
    why: str

    @property
    def amount(self) -> Money:
        return self.refund

    def postings(self) -> Iterable[Posting]:
        if self.came_by != "internal":
            yield Posting(f"bank:{self.came_by}", "clearing", self.refund)


class PartSplit(Event):
    """A part of a payment term goes its own way from here: it keeps the stage that collection had reached."""

    type: ClassVar = "part.split.v1"
    says: ClassVar = "Gesplitst: {part} gaat apart verder."

    new_track: str
    tax: Money = ZERO
    fine: Money = ZERO

    @property
    def part(self) -> Decimal:
        """What is split off, in euro."""
        return self.tax + self.fine

    @property
    def amount(self) -> Decimal:
        return self.part


Remedy = Literal["objection", "appeal", "higher_appeal"]
"""Against an assessment or fine: objection to the levying officer, appeal to the court, higher appeal."""

REMEDIES: dict[Remedy, str] = {"objection": "bezwaar", "appeal": "beroep", "higher_appeal": "hoger beroep"}


class RemedySought(Event):
    """An objection or appeal came in: against `tax` euro of the tax and `fine` euro of the fine."""

    remedy: Remedy
    filed_on: date
    reasoned: bool
    tax: Money
    fine: Money = ZERO

    @property
    def amount(self) -> Decimal:
        return self.tax + self.fine

    @property
    def remedy_in_dutch(self) -> str:
        """The remedy as officials call it."""
        return REMEDIES[self.remedy]


class ObjectionForwarded(RemedySought):
    """The objection goes to the levying officer, who alone rules on it."""

    type: ClassVar = "objection.forwarded.v1"
    says: ClassVar = "Bezwaar van {filed_on} doorgezonden aan de heffingsambtenaar."
    norms: tuple[str, ...] = ("VEERE-1.6-b",)


class AppealFiled(RemedySought):
    """An appeal to the court: it gives no deferral by itself."""

    type: ClassVar = "appeal.filed.v1"
    says: ClassVar = "Op {filed_on} is {remedy_in_dutch} ingesteld bij de rechter."
    norms: tuple[str, ...] = ("VEERE-4.9.3-e",)


class RemedyRuled(Event):
    """There is a ruling on the objection or appeal."""

    type: ClassVar = "remedy.ruled.v1"
    says: ClassVar = "Uitspraak op {remedy_in_dutch} van {ruled_on}: {ruling_in_dutch}."
    norms: tuple[str, ...] = ("VEERE-1.6-b",)

    remedy: Remedy
    ruled_on: date
    ruling: Literal["upheld", "partly_upheld", "rejected"]
    costs_asked: bool = Field(False, description="an officer decides whether costs charged meanwhile are given back")

    @property
    def remedy_in_dutch(self) -> str:
        """The remedy as officials call it."""
        return REMEDIES[self.remedy]

    @property
    def ruling_in_dutch(self) -> str:
        """The ruling in Dutch."""
        return {"upheld": "gegrond", "partly_upheld": "deels gegrond", "rejected": "ongegrond"}[self.ruling]


class DemandIssued(Act):
    """The demand with its costs."""

    type: ClassVar = "demand.issued.v1"
    says: ClassVar = "Aanmaning voor {claimed}, waarvan {costs} kosten; te betalen tot en met {until}."
    title: ClassVar = "aanmaning"

    claimed: Money
    until: date


class ArrangementAsked(Event):
    """A request for deferral because of too little money is a request for a payment arrangement (VEERE-4.9.1-a)."""

    type: ClassVar = "deferral.routed_to_arrangement.v1"
    says: ClassVar = "Uitstel gevraagd op {asked_on} wegens te weinig geld: behandeld als verzoek om betalingsregeling."
    norms: tuple[str, ...] = ("VEERE-4.9.1-a", "VEERE-4.9.2-a")

    asked_on: date
    channel: Literal["email", "post", "phone"]


class HoldChanged(Event):
    """What keeps collection still by deferral or arrangement may have changed; the barriers say what is forbidden."""


class DeferralChanged(HoldChanged):
    """What a deferral holds may have changed: it is asked, granted, refused, withdrawn or over."""


class DeferralStopped(Event):
    """A deferral was refused, withdrawn or ended: collection goes on only after 14 days (VEERE-4.10.4-a)."""

    type: ClassVar = "deferral.stopped.v1"
    says: ClassVar = "Uitstel {why_in_dutch} op {decided_on}."

    why: Literal["refused", "withdrawn", "expired", "ruled", "appeal_rejected"]
    request: str = Field(description="key of the procedure that was asked for, such as deferral:objection")
    tracks: tuple[str, ...]
    decided_on: date
    appealable: bool

    @property
    def why_in_dutch(self) -> str:
        """What happened to the deferral."""
        return {
            "refused": "geweigerd",
            "withdrawn": "beëindigd",
            "expired": "verlopen",
            "ruled": "geëindigd door de uitspraak",
            "appeal_rejected": "na afgewezen beroep niet verleend",
        }[self.why]


class DeferralRestored(Event):
    """The College granted the appeal: the request is open again and must be decided in its sense."""

    type: ClassVar = "deferral.restored.v1"
    says: ClassVar = "Het college heeft het beroep toegewezen; het verzoek wordt opnieuw beslist."
    norms: tuple[str, ...] = ("VEERE-4.10.5-f",)

    request: str
    tracks: tuple[str, ...]


class DecisionAppealable(Event):
    """A decision that stops nothing is open to appeal to the College: the new arrangement of VEERE-4.10-b."""

    type: ClassVar = "decision.appealable.v1"
    says: ClassVar = "Tegen het besluit van {decided_on} kan beroep worden ingesteld bij het college."
    norms: tuple[str, ...] = ("VEERE-4.10-b",)

    request: str
    tracks: tuple[str, ...]
    decided_on: date


class ForwardedToCollege(Event):
    """A repeated request that cannot be decided more favourably goes to the College as an appeal (VEERE-4.10-a)."""

    type: ClassVar = "request.forwarded_to_college.v1"
    says: ClassVar = "Herhaald verzoek van {received_on} doorgestuurd aan het college als beroep."
    norms: tuple[str, ...] = ("VEERE-4.10-a",)

    request: str
    tracks: tuple[str, ...]
    received_on: date
    refused: bool = Field(False, description="no new deferral: collection that stood still waits 14 days")


class ExceptionMade(Event):
    """An official lets named measures go on during a deferral: interests in danger, or abuse (VEERE-4.9.1-e)."""

    type: ClassVar = "exception.made.v1"
    says: ClassVar = "Ondanks uitstel toegestaan: {measures_in_dutch}. {why}"
    norms: tuple[str, ...] = ("VEERE-4.9.1-e",)

    measures: tuple[Measure, ...]
    ground: Literal["interests_in_danger", "abuse_of_deferral"]
    why: str

    @property
    def measures_in_dutch(self) -> str:
        """The measures that are allowed."""
        return ", ".join(m.dutch for m in self.measures)


class RegimeImposed(Event):
    """An insolvency regime of the debtor holds for this debt from `since` on: `text` says what it forbids."""

    type: ClassVar = "regime.imposed.v1"
    says: ClassVar = "{what} Geldt vanaf {since}."

    regime: str
    since: date
    until: date | None = None
    what: str
    attachments: Literal["sleep", "lapse"]
    at_end: AtEnd = "resume"

    @property
    def lapses(self) -> bool:
        """Do attachments and claims lapse, or only sleep?"""
        return self.attachments == "lapse"


class RegimeLifted(Event):
    """The regime ended for this debt; what follows stands in events of its own."""

    type: ClassVar = "regime.lifted.v1"
    says: ClassVar = "Einde van: {what}"

    regime: str
    what: str


class DebtSettled(Event):
    """Nothing is open any more."""

    type: ClassVar = "debt.settled.v1"
    says: ClassVar = "De schuld is {ending}."
    norms: tuple[str, ...] = ("VEERE-2.1-b",)

    given_up: bool = False

    @property
    def ending(self) -> str:
        """Paid, or no longer collected: after remission or a write-off."""
        return "gesloten: er wordt niets meer gevorderd" if self.given_up else "volledig voldaan"


class DebtReopened(Event):
    """Something became due on a settled debt."""

    type: ClassVar = "debt.reopened.v1"
    says: ClassVar = "De schuld staat weer open voor {open}."
    norms: tuple[str, ...] = ("VEERE-2.1-b",)

    open: Money


class Executable(Event):
    """Every step before attachment is served, proven and expired: an official may order attachment."""

    type: ClassVar = "debt.executable.v1"
    says: ClassVar = "Alle stappen voor beslag zijn gezet en verstreken."
    norms: tuple[str, ...] = ("VEERE-2-a", "VEERE-2.8-a")

    title: ExecutionTitle


class ClaimFellShort(Event):
    """A wage claim ended without full payment: a renewed order is needed before attachment of goods."""

    type: ClassVar = "claim.fell_short.v1"
    says: ClassVar = "De loonvordering heeft niet tot volledige betaling geleid."
    norms: tuple[str, ...] = ("VEERE-2.7-a",)


class QuestionAsked(Event):
    """A decision is put to an official."""

    type: ClassVar = "question.asked.v1"
    says: ClassVar = "Vraag aan {whom}: {asks}"

    question: Question

    @property
    def whom(self) -> str:
        """In which role it is answered."""
        return self.question.asked_of.dutch

    @property
    def asks(self) -> str:
        """The question itself."""
        return self.question.question


class QuestionAnswered(Event):
    """An official decided."""

    type: ClassVar = "question.answered.v1"
    says: ClassVar = "Besluit van {role} {by}: {answer}. {reason}"

    task: str
    answer: str
    by: str
    role: str
    reason: str = ""
    ask_again_on: date | None = None


class QuestionLapsed(Event):
    """What was asked matters no more: nobody needs to answer."""

    type: ClassVar = "question.lapsed.v1"
    says: ClassVar = "Vraag vervallen: {asks}"

    task: str
    asks: str


class ActWithdrawn(Event):
    """A late fact shows that this act should not have happened: it is withdrawn, its costs are reversed."""

    type: ClassVar = "act.withdrawn.v1"
    says: ClassVar = "Ingetrokken: {what} van {act_on}{costs_in_dutch}."

    act: str = Field(description="type of the event that is withdrawn")
    what: str
    act_on: date
    command: str = Field(description="id of the command from which it followed")
    reversed: Money = ZERO
    withdrawn_letter: str = Field("", description="key of the letter that it withdraws")

    @property
    def amount(self) -> Decimal:
        return -self.reversed

    @property
    def costs_in_dutch(self) -> str:
        """Which costs lapse with it."""
        return f"; {dutch_euro(self.reversed)} kosten vervallen" if self.reversed else ""

    def postings(self) -> Iterable[Posting]:
        if self.reversed:
            yield Posting("revenue:costs", "receivable:costs", self.reversed)


class WithdrawalNotified(Act):
    """Whoever got the letters that are withdrawn is told so, in one letter."""

    type: ClassVar = "withdrawal.notified.v1"
    says: ClassVar = "Intrekking gemeld aan {recipient_in_dutch}."
    title: ClassVar = "bericht van intrekking"

    @property
    def recipient_in_dutch(self) -> str:
        """Who is told."""
        assert self.letter is not None
        return self.letter.recipient.dutch


class CostsCorrected(Event):
    """A late fact changes the costs of an act that stands."""

    type: ClassVar = "costs.corrected.v1"
    says: ClassVar = "Kosten van {what} van {act_on} aangepast met {difference}."

    what: str
    act_on: date
    act: str
    command: str
    difference: Money

    @property
    def amount(self) -> Money:
        return self.difference

    def postings(self) -> Iterable[Posting]:
        if self.difference > 0:
            yield Posting("receivable:costs", "revenue:costs", self.difference)
        elif self.difference:
            yield Posting("revenue:costs", "receivable:costs", -self.difference)


class AllocationCorrected(Event):
    """Earlier payments are booked anew on what was lawfully open: per part how much more (or less) is open."""

    type: ClassVar = "allocation.corrected.v1"
    says: ClassVar = "Eerdere betalingen opnieuw afgeboekt."
    norms: tuple[str, ...] = ("VEERE-4-a",)

    parts: Balance
    surplus: Money = ZERO
    given_up_less: dict[str, Money] = Field(
        default_factory=dict, description="euro by account that is remitted or written off less than before"
    )

    @property
    def amount(self) -> Money:
        return self.surplus

    def postings(self) -> Iterable[Posting]:
        for account, less in self.given_up_less.items():
            yield Posting("reallocation", account, less) if less > 0 else Posting(account, "reallocation", -less)
        for part in ("costs", "interest", "tax", "fine"):
            money = getattr(self.parts, part)
            if money > 0:
                yield Posting(f"receivable:{part}", "reallocation", money)
            elif money:
                yield Posting("reallocation", f"receivable:{part}", -money)
        if self.surplus:
            yield Posting("reallocation", "clearing", self.surplus)


class CourseCorrected(Event):
    """The debt stands where it would have stood had the late fact been known: `state` is that life's end."""

    type: ClassVar = "course.corrected.v1"
    says: ClassVar = "Dossier hersteld naar de stand met het late feit van {fact_on}."

    fact_on: date
    state: dict[str, Any]
