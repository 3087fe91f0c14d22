"""The legal procedures that the engine knows. A new one is a file beside these and one line in this list."""

from __future__ import annotations

from domain.debt.procedure import install
from domain.procedures import attachment, direct_debit, ladder, late_decision, objection, regime, third_party_claim

PROCEDURES = install(
    ladder.PROCEDURE,
    direct_debit.PROCEDURE,
    objection.PROCEDURE,
    third_party_claim.PROCEDURE,
    attachment.PROCEDURE,
    late_decision.PROCEDURE,
    regime.PROCEDURE,
)
