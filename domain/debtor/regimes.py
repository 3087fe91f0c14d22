"""How a procedure of the debtor lets an insolvency regime begin and end for the debts that it reaches."""

from __future__ import annotations

from datetime import date
from typing import Literal

from domain.debt.facts import Context
from domain.debtor.debtor import AfterRegime, Debtor, RegimeEnded, RegimeOrdered
from domain.kernel.messages import Refusal

Counsellor = Literal["nvvk_member", "municipality", "other"]


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
    at_end: Literal["resume", "write_off"] = "resume",
    trustee: str = "",
) -> RegimeOrdered:
    """The regime begins on `since`, for all debts of the debtor or those that arose until `arisen_until`."""
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
        debts=reached(ctx, arisen_until),
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
