"""What follows from the counsellor's reports, the officer's decisions and the terms of a debt settlement?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from domain.debt.events import QuestionAsked
from domain.debt.facts import Context, OpenDebt
from domain.debt.letters import AmountLine, Recipient
from domain.debt.state import Question, Term
from domain.debtor import regimes
from domain.debtor.debtor import CreditSetOff, Debtor, Part, PaymentSpread, RefundCredited
from domain.kernel.dutch import dutch_date, dutch_euro, dutch_list
from domain.kernel.messages import Command, Event, Outcome, Refusal
from domain.kernel.money import ZERO
from domain.procedures.restructuring import letters
from domain.procedures.restructuring.commands import (
    AnnounceWithdrawal,
    Ground,
    JudgeSettlementAgreement,
    KeepSettlement,
    RegisterSettlementAgreement,
    ReopenSettlement,
    ReportSettlementEnd,
    ReportSettlementReached,
    SetOffInSettlement,
    WithdrawSettlement,
)
from domain.procedures.restructuring.events import (
    GROUNDS,
    AgreementsBroken,
    ConfirmationMissing,
    DebtSettlementGranted,
    DebtSettlementRefused,
    EndReportAsked,
    SettlementAgreementIncomplete,
    SettlementAgreementReported,
    SettlementAppealed,
    SettlementAppealOver,
    SettlementCompleted,
    SettlementDecisionNear,
    SettlementExpired,
    SettlementKept,
    SettlementProgressAsked,
    SettlementReached,
    SettlementReopened,
    SettlementWithdrawn,
    WithdrawalAnnounced,
    WithdrawalCopied,
    WithdrawalTermOver,
)
from domain.procedures.restructuring.state import DebtSettlement

REGIME, HOLD, STABILISATION, MORATORIUM = "debt_settlement", "settlement_request", "stabilisation", "moratorium"
APPEAL = "college_appeal"
REQUEST = f"regime:{HOLD}"
"""Under which name a refusal or withdrawal can be appealed, and restored by the College, on each debt."""
_COVERS = ("VEERE-4.13.1-c", "VEERE-4.13.1-k", "VEERE-4.13.1-m", "VEERE-4.13.1-n")
_CONDITIONS = ("VEERE-4.13.1-f", "VEERE-4.13.1-g", "VEERE-4.13.1-h", "VEERE-4.13.1-i", "VEERE-4.13.1-j")
_GROUND_NORMS: dict[Ground, str] = {
    "no_confirmation": "VEERE-4.13.1-r",
    "harms_creditors": "VEERE-4.13.1-s",
    "other_good_reason": "VEERE-4.13.1-t",
}


def decide(command: Command, debtor: Debtor, ctx: Context) -> Outcome:
    """What follows from a report or a decision?"""
    found = debtor.procedures.get("debt_settlement")
    state = found if isinstance(found, DebtSettlement) else None
    match command:
        case RegisterSettlementAgreement():
            return _register(command, state, debtor, ctx)
        case SetOffInSettlement():
            return _set_off(command, state, debtor, ctx)
        case regimes.ReportCollegeAppeal():
            return _appealed(command, state, ctx) if state is not None else []
        case _ if state is None:
            return Refusal("no_agreement", "Er is geen schuldregelingsovereenkomst gemeld.", ("VEERE-4.13.1-c",))
        case JudgeSettlementAgreement():
            return _judge(command, state, debtor, ctx)
        case ReopenSettlement():
            return _reopen(state, ctx) if state.stage == "stopped" else []
        case ReportSettlementEnd():
            return _end(command, state, debtor, ctx)
        case _ if state.stage != "deferred":
            return Refusal("not_deferred", "Er loopt geen uitstel wegens schuldregeling.", ("VEERE-4.13.1-c",))
        case ReportSettlementReached():
            return _reached(command, state, ctx)
        case AnnounceWithdrawal():
            return _announce(command, state, debtor, ctx)
        case KeepSettlement():
            if state.notice_until is None:
                return _no_notice()
            return [SettlementKept(on=ctx.today, why=command.reason)]
        case WithdrawSettlement():
            return _withdraw(command, state, debtor, ctx)
        case _:
            raise TypeError(f"a debt settlement does not decide {type(command).__name__}")


# -- the agreement and its judgement --------------------------------------------------------------------------------


def _register(
    command: RegisterSettlementAgreement, state: DebtSettlement | None, debtor: Debtor, ctx: Context
) -> Outcome:
    """Is it an agreement for this article? Then collection stands still until it is judged. VEERE-4.13.1-d, -e."""
    refusal = regimes.not_natural(debtor, ("VEERE-4.13.1-d",), "Zie par. 4.11 en 4.18.")
    if refusal := refusal or regimes.other_counsellor(command.counsellor):
        return refusal
    if state is not None and state.stage in ("judged", "deferred"):
        return Refusal("restructuring_runs", "Er is al een schuldregelingsovereenkomst gemeld.", ("VEERE-4.13.1-c",))
    until = ctx.law.last_day("debt_settlement", command.agreed_on)
    if not command.agreed_on <= ctx.today <= until:
        text = f"Een overeenkomst van {dutch_date(command.agreed_on)} geeft vandaag geen uitstel."
        return Refusal("date_out_of_range", text, ("VEERE-4.13.1-c",))
    return [
        SettlementAgreementReported(
            on=ctx.today,
            agreed_on=command.agreed_on,
            counsellor=command.counsellor_number,
            copy_received_on=next((r.since for r in debtor.facts.regimes if r.regime == STABILISATION), None),
            until=until,
            progress_until=ctx.law.last_day("settlement_progress", command.agreed_on),
            confirm_until=ctx.law.last_day("settlement_confirmed", command.agreed_on),
            report_until=until - (ctx.law.last_day("settlement_end_report", until) - until),
            **_decide_by(ctx),
        ),
        _hold(command.agreed_on, ctx),
        *(_appeal_ends("er is een nieuwe overeenkomst gemeld", state, ctx) if state and state.appealed_on else []),
    ]


def _hold(agreed_on: date, ctx: Context) -> Event:
    """Reading `settlement_hold`: while the agreement is judged, nothing that it may defer is collected."""
    what = f"Schuldregelingsovereenkomst van {dutch_date(agreed_on)} gemeld: er wordt over uitstel beslist."
    return regimes.begins(HOLD, ctx.today, ctx, what=what, norms=("VEERE-4.13.1-c",), arisen_until=agreed_on)


def _decide_by(ctx: Context) -> dict[str, date]:
    """Until when is to be judged, and when is the officer warned? A deferral like any other. VEERE-4.9.1-b."""
    decide_by = ctx.law.last_day("deferral_decision", ctx.today)
    return {"decide_by": decide_by, "warn_on": ctx.law.warning_day(decide_by)}


def follow(event: Event, debtor: Debtor, ctx: Context) -> Iterable[Event]:
    """Put the judgement, or the set-off of a refund, to the officer."""
    state = debtor.procedures.get("debt_settlement")
    if not isinstance(state, DebtSettlement):
        return
    match event:
        case RefundCredited():
            yield from _propose_set_off(event, state, debtor, ctx)
        case SettlementAgreementReported() | SettlementReopened() | SettlementAgreementIncomplete():
            lacks = event.lacking_in_dutch if isinstance(event, SettlementAgreementIncomplete) else ""
            asks = "Voldoet de schuldregelingsovereenkomst aan de voorwaarden voor uitstel?"
            asks += f" Gevraagd aan de schuldhulpverlener: {lacks}." if lacks else ""
            decide_by = state.decide_by
            yield _ask("judge_settlement_agreement", asks, _CONDITIONS, ctx, deadline=decide_by, must_decide=True)


def _ask(
    kind: str,
    asks: str,
    norms: tuple[str, ...],
    ctx: Context,
    *,
    answers: tuple[str, ...] = (),
    deadline: date | None = None,
    must_decide: bool = False,
) -> QuestionAsked:
    question = Question(
        kind, kind, asks, norms, answers or (kind,), ctx.today, deadline=deadline, must_decide=must_decide
    )
    return QuestionAsked(on=ctx.today, norms=norms, question=question)


def _judge(command: JudgeSettlementAgreement, state: DebtSettlement, debtor: Debtor, ctx: Context) -> Outcome:
    """Are all conditions met? What lacks is asked of the counsellor; what is not met refuses. VEERE-4.13.1-f to -j."""
    if state.stage != "judged":
        return Refusal("nothing_to_judge", "Er ligt geen overeenkomst ter beoordeling.", ("VEERE-4.13.1-c",))
    business = debtor.facts.kind == "entrepreneur"
    if business and None in (command.viable, command.nvvk_module_entrepreneurs):
        text = "Voor een ondernemer: antwoord ook op nvvk_module_entrepreneurs en viable."
        return Refusal("answer_required", text, ("VEERE-4.13.1-g", "VEERE-4.13.1-h"))
    unmet = {
        "VEERE-4.13.1-h": ("het bedrijf is na de regeling niet levensvatbaar", business and not command.viable),
        "VEERE-4.13.1-i": ("een dwangakkoord is niet waarschijnlijk", not command.compulsory_settlement_likely),
        "VEERE-4.13.1-j": (
            "de regeling brengt minder op dan een wettelijke schuldsanering"
            f" ({dutch_euro(command.offered_yield)} tegen {dutch_euro(command.statutory_yield)})",
            command.offered_yield < command.statutory_yield,
        ),
    }
    lacking = {
        "VEERE-4.13.1-f": [
            *([] if command.nvvk_code else ["een overeenkomst volgens de Gedragscode Schuldhulpverlening van de NVVK"]),
            *([] if command.vtlb_calculation else ["de berekening met de VTLB-calculator"]),
        ],
        "VEERE-4.13.1-g": ["een regeling volgens de module voor ondernemers van de NVVK"]
        if business and not command.nvvk_module_entrepreneurs
        else [],
    }
    if broken := {norm: text for norm, (text, is_broken) in unmet.items() if is_broken}:
        return _refuse(dutch_list([*broken.values()]), tuple(broken), command.reason, state, debtor, ctx)
    if any(lacking.values()):
        return [_incomplete(lacking, state, debtor, ctx)]
    return _grant(state, debtor, ctx)


def _incomplete(lacking: dict[str, list[str]], state: DebtSettlement, debtor: Debtor, ctx: Context) -> Event:
    wanted = tuple(document for documents in lacking.values() for document in documents)
    return SettlementAgreementIncomplete(
        on=ctx.today,
        norms=tuple(norm for norm, documents in lacking.items() if documents),
        lacking=wanted,
        addressee=state.counsellor,
        letter=letters.DOCUMENTS_ASKED.compose(
            dated=ctx.today, reference=debtor.debtor, agreed_on=state.agreed_on, lacking=wanted
        ),
    )


def _grant(state: DebtSettlement, debtor: Debtor, ctx: Context) -> Outcome:
    """Deferral from the date of the agreement, for what arose until then. VEERE-4.13.1-c, -k, -m, -n."""
    debts = regimes.reached(ctx, state.agreed_on)
    what = (
        f"Schuldregeling (MSNP) van {dutch_date(state.agreed_on)}: uitstel voor alles wat tot en met die dag ontstond."
    )
    granted = DebtSettlementGranted(
        on=ctx.today,
        norms=(*_COVERS, *_CONDITIONS),
        since=state.agreed_on,
        until=state.until,
        letter=letters.GRANTED.compose(
            dated=ctx.today,
            reference=debtor.debtor,
            agreed_on=state.agreed_on,
            until=state.until,
            debts=debts,
            confirm_until=state.confirm_until,
        ),
    )
    # The deferral begins before what it replaces ends: no debt is without a regime for a moment.
    begun = regimes.begins(
        REGIME,
        state.agreed_on,
        ctx,
        what=what,
        norms=_COVERS,
        until=state.until,
        arisen_until=state.agreed_on,
        at_end="wait",
    )
    why = "het uitstel wegens schuldregeling is verleend"
    ended: list[Event] = [regimes.ends(HOLD, ctx, why=why, norms=("VEERE-4.13.1-c",), debts=debts)]
    if regimes.holds(debtor, STABILISATION):
        ended.append(regimes.ends(STABILISATION, ctx, why=why, norms=("VEERE-4.13.1-b",), debts=regimes.reached(ctx)))
    return [granted, begun, *ended]


def _refuse(
    why: str, norms: tuple[str, ...], reason: str, state: DebtSettlement, debtor: Debtor, ctx: Context
) -> Outcome:
    refused = DebtSettlementRefused(
        on=ctx.today,
        norms=(*norms, "VEERE-4.10.5-a"),
        why=why,
        letter=letters.REFUSED.compose(
            dated=ctx.today,
            reference=debtor.debtor,
            agreed_on=state.agreed_on,
            why=why,
            reason=reason,
            **_appeal(ctx),
        ),
    )
    debts = regimes.reached(ctx, state.agreed_on)
    return [refused, regimes.ends(HOLD, ctx, why=f"uitstel geweigerd: {why}", norms=norms, debts=debts, then="refused")]


def _appeal(ctx: Context) -> dict[str, Any]:
    """The facts of the appeal clause and of the 14 days."""
    return {
        "appeal_days": ctx.law.terms["college_appeal"].dutch,
        "appeal_until": ctx.law.last_day("college_appeal", ctx.today),
        **_wait(ctx),
    }


def _wait(ctx: Context) -> dict[str, Any]:
    return {
        "wait_days": ctx.law.terms["resume_after_deferral"].dutch,
        "wait_until": ctx.law.last_day("resume_after_deferral", ctx.today),
    }


# -- appeal ---------------------------------------------------------------------------------------------------------


def _appealed(command: regimes.ReportCollegeAppeal, state: DebtSettlement, ctx: Context) -> Outcome:
    """One decision, one appeal: all its debts wait for the College, and 14 days if it rejects. VEERE-4.10.4-a, -b.

    The debt on which the appeal was handed in waits by itself.
    """
    if command.request != REQUEST or state.stage != "stopped":
        return []
    if command.stands == "rejected":
        return (
            _appeal_over("het college heeft het afgewezen", state, ctx)
            if state.appealed_on == command.from_debt
            else []
        )
    if state.appealed_on:
        return []
    appealed = _appeal_waits(command.from_debt, ctx)
    if command.stands == "late":
        return [appealed]
    what = f"Beroep op aanslag {command.from_debt} over uitstel wegens schuldregeling: het college beslist."
    return [
        appealed,
        regimes.begins(
            APPEAL,
            command.on,
            ctx,
            what=what,
            norms=("VEERE-4.10.4-b",),
            arisen_until=state.agreed_on,
            but=command.from_debt,
        ),
    ]


def _appeal_waits(from_debt: str, ctx: Context) -> Event:
    return SettlementAppealed(
        on=ctx.today, from_debt=from_debt, look_until=ctx.law.last_day("college_decision", ctx.today)
    )


def _appeal_over(why: str, state: DebtSettlement, ctx: Context) -> list[Event]:
    over = SettlementAppealOver(on=ctx.today, why=why)
    debts = tuple(debt for debt in regimes.reached(ctx, state.agreed_on) if debt != state.appealed_on)
    ended = regimes.ends(
        APPEAL, ctx, why=why, norms=("VEERE-4.10.4-b",), debts=debts, then="appeal_rejected", request=HOLD
    )
    return [over, ended]


def _appeal_looked_after(state: DebtSettlement, ctx: Context) -> list[Event]:
    """Is the appeal still there? It goes with the debt on which it was handed in, when that is paid meanwhile."""
    waits = any(d.debt == state.appealed_on and d.has(f"{APPEAL}:{REQUEST}") for d in ctx.facts.open_debts)
    if waits:
        return [_appeal_waits(state.appealed_on, ctx)]
    return _appeal_over(f"aanslag {state.appealed_on} staat niet meer open", state, ctx)


def _reopen(state: DebtSettlement, ctx: Context) -> list[Event]:
    """The College granted the appeal: what may be deferred is held again until the officer has judged anew."""
    reopened: list[Event] = [SettlementReopened(on=ctx.today, **_decide_by(ctx)), _hold(state.agreed_on, ctx)]
    ends = _appeal_ends("het college heeft het beroep toegewezen", state, ctx) if state.appealed_on else []
    return [*reopened, *ends]


def _appeal_ends(why: str, state: DebtSettlement, ctx: Context) -> list[Event]:
    """What is decided anew is held by that: the debts need not wait for the College any more."""
    debts = regimes.reached(ctx, state.agreed_on)
    ended = regimes.ends(APPEAL, ctx, why=why, norms=("VEERE-4.10.5-a",), debts=debts)
    return [SettlementAppealOver(on=ctx.today, why=why), ended]


# -- while it runs --------------------------------------------------------------------------------------------------


def _reached(command: ReportSettlementReached, state: DebtSettlement, ctx: Context) -> Outcome:
    """The creditors agreed: attachments and claims on the settled debts lapse. VEERE-4.13.1-o."""
    if state.confirmed_on is not None:
        return Refusal("already_confirmed", "Het akkoord van de schuldeisers is al gemeld.", ("VEERE-4.13.1-o",))
    if not state.agreed_on <= command.reported_on <= ctx.today:
        text = f"Het bericht kan niet van {dutch_date(command.reported_on)} zijn."
        return Refusal("date_out_of_range", text, ("VEERE-4.13.1-o",))
    what = f"Schuldregeling (MSNP) van {dutch_date(state.agreed_on)} met de schuldeisers: beslagen zijn vervallen."
    return [
        SettlementReached(on=ctx.today, reported_on=command.reported_on),
        regimes.begins(
            REGIME,
            command.reported_on,
            ctx,
            what=what,
            norms=(*_COVERS, "VEERE-4.13.1-o"),
            until=state.until,
            arisen_until=state.agreed_on,
            attachments="lapse",
            at_end="wait",
        ),
    ]


def _announce(command: AnnounceWithdrawal, state: DebtSettlement, debtor: Debtor, ctx: Context) -> Outcome:
    """Is there a ground, with its reason? Then notice to the counsellor, and 14 days. VEERE-4.13.1-r to -u."""
    norms = (_GROUND_NORMS[command.ground],)
    if not command.reason.strip():
        return Refusal("reason_required", "De intrekking van het uitstel vraagt een reden.", norms)
    if command.ground == "no_confirmation":
        if state.confirmed_on is not None:
            return Refusal("confirmed", "De schuldhulpverlener heeft gemeld dat de regeling doorgaat.", norms)
        if ctx.today <= state.confirm_until:
            text = f"De schuldhulpverlener heeft nog tot en met {dutch_date(state.confirm_until)}."
            return Refusal("term_runs", text, norms, state.confirm_until)
    until = ctx.law.last_day("settlement_withdrawal", ctx.today)
    letter = letters.ANNOUNCED.compose(
        dated=ctx.today,
        reference=debtor.debtor,
        agreed_on=state.agreed_on,
        why=GROUNDS[command.ground],
        reason=command.reason,
        until=until,
    )
    return [
        WithdrawalAnnounced(
            on=ctx.today,
            norms=(*norms, "VEERE-4.13.1-u"),
            ground=command.ground,
            why=GROUNDS[command.ground],
            until=until,
            addressee=state.counsellor,
            letter=letter,
        ),
        WithdrawalCopied(on=ctx.today, letter=letter.model_copy(update={"recipient": Recipient.DEBTOR})),
    ]


def _withdraw(command: WithdrawSettlement, state: DebtSettlement, debtor: Debtor, ctx: Context) -> Outcome:
    """Is the notice given, and are the fourteen days over? VEERE-4.13.1-u, VEERE-4.10.4-a, VEERE-4.10.5-a."""
    if state.notice_until is None:
        return _no_notice()
    if ctx.today <= state.notice_until:
        text = f"De belastingschuldige heeft nog tot en met {dutch_date(state.notice_until)}."
        return Refusal("term_runs", text, ("VEERE-4.13.1-u",), state.notice_until)
    withdrawn = SettlementWithdrawn(
        on=ctx.today,
        why=command.reason,
        letter=letters.WITHDRAWN.compose(
            dated=ctx.today,
            reference=debtor.debtor,
            agreed_on=state.agreed_on,
            notice_until=state.notice_until,
            reason=command.reason,
            **_appeal(ctx),
        ),
    )
    ended = regimes.ends(
        REGIME,
        ctx,
        why="het uitstel wegens schuldregeling is ingetrokken",
        norms=withdrawn.norms,
        debts=regimes.reached(ctx, state.agreed_on),
        then="withdrawn",
        request=HOLD,
    )
    return [withdrawn, ended]


def _no_notice() -> Refusal:
    text = "Eerst moet het voornemen tot intrekking aan de schuldhulpverlener zijn gemeld."
    return Refusal("no_notice", text, ("VEERE-4.13.1-u",))


def end_term(state: DebtSettlement, term: Term, debtor: Debtor, ctx: Context) -> Outcome:
    """What follows when the counsellor is silent, the fourteen days or the eighteen months are over?"""
    match term.name.removeprefix("debt_settlement."):
        case "decision":
            assert state.decide_by is not None
            return [SettlementDecisionNear(on=ctx.today, decide_by=state.decide_by)]
        case "appeal":
            return _appeal_looked_after(state, ctx)
        case "progress":
            letter = letters.PROGRESS_ASKED.compose(
                dated=ctx.today,
                reference=debtor.debtor,
                agreed_on=state.agreed_on,
                confirm_until=state.confirm_until,
            )
            return [SettlementProgressAsked(on=ctx.today, addressee=state.counsellor, letter=letter)]
        case "confirmation":
            missing = ConfirmationMissing(on=ctx.today)
            asks = "Na 240 dagen is niet gemeld dat de schuldregeling doorgaat. Intrekking van het uitstel aankondigen?"
            answers = ("announce_withdrawal", "report_settlement_reached")
            return [missing, _ask("announce_withdrawal", asks, missing.norms, ctx, answers=answers)]
        case "cure":
            over = WithdrawalTermOver(on=ctx.today)
            asks = "De veertien dagen zijn voorbij. Is alsnog aan de verplichtingen voldaan, of wordt ingetrokken?"
            answers = ("withdraw_settlement", "keep_settlement")
            return [over, _ask("withdraw_settlement", asks, over.norms, ctx, answers=answers, must_decide=True)]
        case "report":
            asked = EndReportAsked(
                on=ctx.today,
                until=state.until,
                addressee=state.counsellor,
                letter=letters.END_REPORT_ASKED.compose(
                    dated=ctx.today, reference=debtor.debtor, agreed_on=state.agreed_on, until=state.until
                ),
            )
            asks = f"Het uitstel loopt tot en met {dutch_date(state.until)}. Is het eindverslag er?"
            question = _ask("report_settlement_end", asks, asked.norms, ctx, deadline=state.until)
            return [asked, question]
        case _:
            return _expired(state, debtor, ctx)


# -- the end --------------------------------------------------------------------------------------------------------


def _expired(state: DebtSettlement, debtor: Debtor, ctx: Context) -> Outcome:
    """The deferral has run out: the debtor is told, and collection waits 14 days. VEERE-4.13.1-c, VEERE-4.10.4-a.

    Reading `settlement_expiry`. There is nothing left to withdraw.
    """
    broken = state.broken_on is not None
    expired = SettlementExpired(
        on=ctx.today,
        outcome="de afspraken zijn niet nagekomen" if broken else "er is geen eindverslag",
        letter=letters.EXPIRED.compose(
            dated=ctx.today,
            reference=debtor.debtor,
            agreed_on=state.agreed_on,
            until=state.until,
            silent_until=None if broken else state.until,
            broken_on=state.broken_on,
            **_wait(ctx),
        ),
    )
    ended = regimes.ends(REGIME, ctx, why="de achttien maanden zijn voorbij", norms=("VEERE-4.13.1-c",))
    withdrawal = regimes.lapsed(debtor, expired.norms, ctx, "announce_withdrawal", "withdraw_settlement")
    return [expired, ended, *withdrawal]


def _end(command: ReportSettlementEnd, state: DebtSettlement, debtor: Debtor, ctx: Context) -> Outcome:
    """Were the agreements kept? Then the share is booked and the rest remitted. VEERE-4.13.1-v, VEERE-4.13.1-w."""
    if state.stage not in ("deferred", "expired"):
        return Refusal("not_deferred", "Er loopt geen uitstel wegens schuldregeling.", ("VEERE-4.13.1-v",))
    if not state.agreed_on <= command.ended_on <= ctx.today:
        text = f"Het einde ligt tussen {dutch_date(state.agreed_on)} en vandaag."
        return Refusal("date_out_of_range", text, ("VEERE-4.13.1-v",))
    if not command.agreements_kept:
        broken = AgreementsBroken(on=ctx.today, ended_on=command.ended_on)
        if state.stage == "expired":
            return [broken]
        asks = "De afspraken zijn niet nagekomen: niets wordt kwijtgescholden. Intrekking van het uitstel aankondigen?"
        return [broken, _ask("announce_withdrawal", asks, broken.norms, ctx)]
    settled = _settled(ctx, state.agreed_on)
    parts, rest = _spread(command.share, settled)
    remitted = sum((d.open for d in settled), ZERO) - (command.share - rest)
    booked: list[Event] = []
    if command.share:
        booked.append(
            PaymentSpread(
                on=command.value_date or command.ended_on,
                norms=("VEERE-4.13.1-v", "VEERE-4.4-b"),
                paid=command.share,
                channel=command.channel,
                value_date=command.value_date or command.ended_on,
                parts=parts,
                credit=rest,
            )
        )
    completed = SettlementCompleted(
        on=ctx.today,
        ended_on=command.ended_on,
        remitted=remitted,
        letter=letters.COMPLETED.compose(
            dated=ctx.today,
            reference=debtor.debtor,
            ended_on=command.ended_on,
            debts=tuple(d.debt for d in settled),
            remitted=remitted,
        ),
    )
    ended = regimes.ends(
        REGIME,
        ctx,
        why="de schuldregeling is met goed gevolg geëindigd",
        norms=completed.norms,
        debts=tuple(d.debt for d in settled),
        then="remit",
        on=command.ended_on,
    )
    return [*booked, completed, ended]


def _settled(ctx: Context, agreed_on: date) -> list[OpenDebt]:
    """The debts inside the settlement, the oldest first."""
    inside = regimes.reached(ctx, agreed_on)
    return sorted((d for d in ctx.facts.open_debts if d.debt in inside), key=lambda d: (d.dated, d.debt))


def _spread(amount: Decimal, debts: Iterable[OpenDebt]) -> tuple[tuple[Part, ...], Decimal]:
    """`amount` over the debts in their order, and what is left. VEERE-4.4-b."""
    parts = []
    for debt in debts:
        if (taken := min(amount, debt.open)) > 0:
            parts.append(Part(debt.debt, taken))
            amount -= taken
    return tuple(parts), amount


# -- set-off --------------------------------------------------------------------------------------------------------


def _may_set_off(arose_on: date, state: DebtSettlement, ctx: Context) -> bool:
    """Did the tax that is given back arise before the copy of the stabilisation agreement came? VEERE-4.13.1-p.

    Set-off is one of the consequences of the deferral: while only the stabilisation runs there is none.
    """
    received_on = state.copy_received_on
    if state.stage != "deferred" or received_on is None:
        return False
    inclusive = ctx.law.reading("settlement_set_off") == "up_to_and_including"
    return arose_on < received_on or (inclusive and arose_on == received_on)


def _propose_set_off(event: RefundCredited, state: DebtSettlement, debtor: Debtor, ctx: Context) -> Iterable[Event]:
    if event.credit > 0 and event.arose_on is not None and _may_set_off(event.arose_on, state, ctx):
        if regimes.holds(debtor, MORATORIUM):
            return
        asks = (
            f"Teruggaaf van {dutch_euro(event.credit)} over belasting van {dutch_date(event.arose_on)}:"
            " verrekenen met de aanslagen in de schuldregeling?"
        )
        answers = ("set_off_in_settlement", "order_pay_out")
        yield _ask("set_off_in_settlement", asks, ("VEERE-4.13.1-p",), ctx, answers=answers)


def _set_off(command: SetOffInSettlement, state: DebtSettlement | None, debtor: Debtor, ctx: Context) -> Outcome:
    """May this refund be set off on the debts of the settlement? VEERE-4.13.1-p, VEERE-4.19-c."""
    if regimes.holds(debtor, MORATORIUM):
        return Refusal("moratorium_runs", "Tijdens een moratorium wordt niet verrekend.", ("VEERE-4.19-c",))
    if state is None or state.stage != "deferred":
        text = "Verrekenen kan pas als er uitstel wegens schuldregeling is."
        return Refusal("not_deferred", text, ("VEERE-4.13.1-p",))
    if not _may_set_off(command.arose_on, state, ctx):
        text = "Verrekenen kan alleen met teruggaven over de tijd voor de ontvangst van de stabilisatie-overeenkomst."
        return Refusal("arose_too_late", text, ("VEERE-4.13.1-p",))
    if command.amount > debtor.credit:
        text = f"Het tegoed is {dutch_euro(debtor.credit)}, niet {dutch_euro(command.amount)}."
        return Refusal("more_than_credit", text, ("VEERE-4.13.1-p",))
    parts, rest = _spread(command.amount, _settled(ctx, state.agreed_on))
    if rest:
        text = f"In de schuldregeling staat {dutch_euro(command.amount - rest)} open."
        return Refusal("more_than_open", text, ("VEERE-4.13.1-p",))
    letter = letters.SET_OFF.compose(
        dated=ctx.today,
        reference=debtor.debtor,
        amounts=tuple(AmountLine(label=f"Aanslag {part.debt}", amount=part.amount) for part in parts),
        refund=command.amount,
        cutoff=state.copy_received_on,
    )
    set_off = CreditSetOff(on=ctx.today, norms=("VEERE-4.13.1-p",), parts=parts, letter=letter)
    nothing_left = command.amount == debtor.credit
    return [set_off, *(regimes.lapsed(debtor, set_off.norms, ctx, "pay_out_credit") if nothing_left else [])]
