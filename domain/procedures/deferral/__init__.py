"""Uitstel van betaling bij bezwaar en beroep: does collection of a disputed part wait, and until when?

A reasoned objection asks for it by itself, an appeal only in writing; for a fine the officer is asked. Only what is
disputed waits: it becomes a part of its own and the rest is collected beside it. The officer grants by letter under
conditions that the engine watches; the ruling ends it. VEERE-4.9.1 to VEERE-4.9.4. Requests for lack of money are for
the arrangement, those of debt counselling for restructuring; what follows a refusal or an end is college_appeal.py.
"""

from __future__ import annotations

from domain.debt.events import AppealFiled, DeferralRestored, ObjectionForwarded, RemedyRuled
from domain.debt.procedure import Procedure
from domain.procedures.deferral.commands import (
    AllowDespiteDeferral,
    GrantDeferral,
    RecordSecurity,
    RefuseDeferral,
    RequestDeferral,
    WithdrawDeferral,
)
from domain.procedures.deferral.decide import decide, end_term, follow
from domain.procedures.deferral.events import (
    ConditionChecked,
    DeferralAsked,
    DeferralDecisionNear,
    DeferralEnded,
    DeferralGranted,
    DeferralNotAsked,
    DeferralRefused,
    DeferralWithdrawn,
    RestructuringReferred,
    SecurityRecorded,
)
from domain.procedures.deferral.state import Deferral, barriers, evolve, terms

_STATUS = {
    "asked": ("deferral_asked", "uitstel gevraagd"),
    "granted": ("deferred", "uitstel van betaling"),
}

PROCEDURE = Procedure(
    name="deferral",
    title="Uitstel van betaling",
    state=Deferral,
    commands=(RequestDeferral, GrantDeferral, RefuseDeferral, WithdrawDeferral, RecordSecurity, AllowDespiteDeferral),
    events=(
        DeferralNotAsked,
        DeferralAsked,
        DeferralDecisionNear,
        DeferralGranted,
        DeferralRefused,
        DeferralWithdrawn,
        DeferralEnded,
        SecurityRecorded,
        ConditionChecked,
        RestructuringReferred,
    ),
    decide=decide,
    evolve=evolve,
    terms=terms,
    end_term=end_term,
    barriers=barriers,
    follow=follow,
    follows=(ObjectionForwarded, AppealFiled, RemedyRuled, DeferralRestored),
    status=lambda state: _STATUS.get(state.stage),
    over=lambda state: state.stage in ("possible", "stopped"),
)
