"""What can have happened to a debt-settlement agreement."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.kernel.dutch import dutch_list
from domain.kernel.messages import Act, Event
from domain.kernel.money import Money
from domain.procedures.restructuring.commands import Ground

GROUNDS: dict[Ground, str] = {
    "no_confirmation": "binnen 240 dagen is niet gemeld dat de schuldregeling doorgaat",
    "harms_creditors": "de belastingschuldige probeert schuldeisers te benadelen",
    "other_good_reason": "een andere goede reden",
}


class SettlementAgreementReported(Event):
    """The agreement is reported and waits for the officer's judgement."""

    type: ClassVar = "settlement_agreement.reported.v1"
    says: ClassVar = "Schuldregelingsovereenkomst van {agreed_on} gemeld; de voorwaarden worden beoordeeld."
    norms: tuple[str, ...] = ("VEERE-4.13.1-c", "VEERE-4.13.1-d", "VEERE-4.13.1-e")

    agreed_on: date
    counsellor: str
    copy_received_on: date | None
    until: date
    progress_until: date
    confirm_until: date
    report_until: date
    warn_on: date
    decide_by: date


class SettlementDecisionNear(Event):
    """Alarm: the term for the officer's judgement is about to end."""

    type: ClassVar = "settlement_agreement.decision_near.v1"
    says: ClassVar = "Waarschuwing: over uitstel wegens schuldregeling moet uiterlijk op {decide_by} zijn beslist."
    norms: tuple[str, ...] = ("VEERE-4.9.1-b", "VEERE-4.13.1-c")

    decide_by: date


class SettlementAgreementIncomplete(Act):
    """The counsellor is asked for what lacks."""

    type: ClassVar = "settlement_agreement.incomplete.v1"
    says: ClassVar = "Aan de schuldhulpverlener gevraagd: {lacking_in_dutch}."
    title: ClassVar = "vraag om stukken"

    lacking: tuple[str, ...]

    @property
    def lacking_in_dutch(self) -> str:
        """What lacks."""
        return dutch_list(self.lacking)


class DebtSettlementGranted(Act):
    """The deferral is granted."""

    type: ClassVar = "debt_settlement.granted.v1"
    says: ClassVar = "Uitstel wegens schuldregeling verleend van {since} tot uiterlijk {until}."
    title: ClassVar = "besluit op uitstel wegens schuldregeling"

    since: date
    until: date


class DebtSettlementRefused(Act):
    """A condition is not met: no deferral."""

    type: ClassVar = "debt_settlement.refused.v1"
    says: ClassVar = "Uitstel wegens schuldregeling geweigerd: {why}."
    title: ClassVar = "besluit op uitstel wegens schuldregeling"

    why: str


class SettlementProgressAsked(Act):
    """After 120 days the counsellor is asked how things stand."""

    type: ClassVar = "debt_settlement.progress_asked.v1"
    says: ClassVar = "Stand van zaken gevraagd aan de schuldhulpverlener."
    title: ClassVar = "vraag naar de stand van zaken"
    norms: tuple[str, ...] = ("VEERE-4.13.1-l",)


class ConfirmationMissing(Event):
    """240 days without word that the settlement goes through: withdrawal becomes possible."""

    type: ClassVar = "debt_settlement.unconfirmed.v1"
    says: ClassVar = "Na 240 dagen is niet gemeld dat de schuldregeling doorgaat: intrekken is mogelijk."
    norms: tuple[str, ...] = ("VEERE-4.13.1-l", "VEERE-4.13.1-r")


class SettlementReached(Event):
    """The creditors agreed."""

    type: ClassVar = "debt_settlement.reached.v1"
    says: ClassVar = "De schuldeisers zijn akkoord (bericht van {reported_on}): beslagen vervallen."
    norms: tuple[str, ...] = ("VEERE-4.13.1-o",)

    reported_on: date


class WithdrawalAnnounced(Act):
    """The counsellor is told of the intention."""

    type: ClassVar = "settlement_withdrawal.announced.v1"
    says: ClassVar = "Voorgenomen intrekking gemeld aan de schuldhulpverlener: {why}. Herstel kan tot en met {until}."
    title: ClassVar = "aankondiging van de intrekking"

    ground: Ground
    why: str
    until: date


class WithdrawalCopied(Act):
    """The debtor gets a copy, and fourteen days."""

    type: ClassVar = "settlement_withdrawal.copied.v1"
    says: ClassVar = "Afschrift van de voorgenomen intrekking gestuurd aan de belastingschuldige."
    title: ClassVar = "afschrift van de aankondiging van de intrekking"
    norms: tuple[str, ...] = ("VEERE-4.13.1-u",)


class WithdrawalTermOver(Event):
    """The fourteen days are over."""

    type: ClassVar = "settlement_withdrawal.term_over.v1"
    says: ClassVar = "De veertien dagen na de aankondiging zijn voorbij."
    norms: tuple[str, ...] = ("VEERE-4.13.1-u",)


class SettlementKept(Event):
    """The obligations are met: the deferral stays."""

    type: ClassVar = "settlement_withdrawal.dropped.v1"
    says: ClassVar = "Het uitstel loopt door. {why}"
    norms: tuple[str, ...] = ("VEERE-4.13.1-u",)

    why: str


class SettlementWithdrawn(Act):
    """The deferral is withdrawn."""

    type: ClassVar = "debt_settlement.withdrawn.v1"
    says: ClassVar = "Uitstel wegens schuldregeling ingetrokken. {why}"
    title: ClassVar = "intrekking van uitstel wegens schuldregeling"
    norms: tuple[str, ...] = ("VEERE-4.13.1-u", "VEERE-4.10.5-a")

    why: str


class EndReportAsked(Act):
    """The counsellor is asked for the end report before the deferral runs out."""

    type: ClassVar = "debt_settlement.end_report_asked.v1"
    says: ClassVar = "Eindverslag gevraagd aan de schuldhulpverlener; het uitstel eindigt op {until}."
    title: ClassVar = "vraag om het eindverslag"
    norms: tuple[str, ...] = ("VEERE-4.13.1-c",)

    until: date


class SettlementExpired(Act):
    """Eighteen months are over, without the report that the agreements were kept."""

    type: ClassVar = "debt_settlement.expired.v1"
    says: ClassVar = "De achttien maanden uitstel zijn voorbij: {outcome}."
    title: ClassVar = "einde van uitstel wegens schuldregeling"
    norms: tuple[str, ...] = ("VEERE-4.13.1-c", "VEERE-4.10.4-a")

    outcome: str


class SettlementCompleted(Act):
    """The debtor kept the agreements: what is left of the settled debts is remitted."""

    type: ClassVar = "debt_settlement.completed.v1"
    says: ClassVar = "Schuldregeling met goed gevolg geëindigd op {ended_on}; kwijt te schelden: {remitted}."
    title: ClassVar = "kwijtschelding na schuldregeling"
    norms: tuple[str, ...] = ("VEERE-4.13.1-v", "VEERE-4.13.1-w", "VEERE-4.13.1-n")

    ended_on: date
    remitted: Money


class AgreementsBroken(Event):
    """The debtor did not keep the agreements: nothing is remitted."""

    type: ClassVar = "debt_settlement.broken.v1"
    says: ClassVar = "Eindverslag van {ended_on}: de afspraken zijn niet nagekomen, er wordt niets kwijtgescholden."
    norms: tuple[str, ...] = ("VEERE-4.13.1-w",)

    ended_on: date


class SettlementReopened(Event):
    """The College granted an appeal: the officer decides anew."""

    type: ClassVar = "debt_settlement.reopened.v1"
    says: ClassVar = "Het college heeft het beroep toegewezen: over het uitstel wordt opnieuw beslist."
    norms: tuple[str, ...] = ("VEERE-4.10.5-a",)

    warn_on: date
    decide_by: date


class SettlementAppealed(Event):
    """An appeal that was handed in on one debt is about all debts of the decision."""

    type: ClassVar = "debt_settlement.appealed.v1"
    says: ClassVar = (
        "Het beroep op aanslag {from_debt} geldt voor alle aanslagen van het besluit; gevolgd t/m {look_until}."
    )
    norms: tuple[str, ...] = ("VEERE-4.10.5-a", "VEERE-4.10.4-b")

    from_debt: str
    look_until: date = Field(description="last day before the file looks whether the appeal is still there")


class SettlementAppealOver(Event):
    """The appeal is rejected, or is no more: nothing waits for it."""

    type: ClassVar = "debt_settlement.appeal_over.v1"
    says: ClassVar = "Het beroep over uitstel wegens schuldregeling is voorbij: {why}."
    norms: tuple[str, ...] = ("VEERE-4.10.4-a", "VEERE-4.10.4-b")

    why: str


EVENTS = (
    SettlementAgreementReported,
    SettlementDecisionNear,
    SettlementAgreementIncomplete,
    DebtSettlementGranted,
    DebtSettlementRefused,
    SettlementProgressAsked,
    ConfirmationMissing,
    SettlementReached,
    WithdrawalAnnounced,
    WithdrawalCopied,
    WithdrawalTermOver,
    SettlementKept,
    SettlementWithdrawn,
    EndReportAsked,
    SettlementExpired,
    SettlementCompleted,
    AgreementsBroken,
    SettlementReopened,
    SettlementAppealed,
    SettlementAppealOver,
)
