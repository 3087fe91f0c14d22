"""The legal procedures that the engine knows. A new one is a file beside these and one line in this list."""

from __future__ import annotations

from domain.debt.procedure import install
from domain.procedures import (
    arrangement,
    attachment,
    bankruptcy,
    college_appeal,
    deferral,
    direct_debit,
    ladder,
    late_decision,
    moratorium,
    objection,
    petition,
    regime,
    restructuring,
    stabilisation,
    statutory_restructuring,
    third_party_claim,
    wage_claim,
)

PROCEDURES = install(
    ladder.PROCEDURE,
    direct_debit.PROCEDURE,
    objection.PROCEDURE,
    deferral.PROCEDURE,
    college_appeal.PROCEDURE,
    third_party_claim.PROCEDURE,
    wage_claim.PROCEDURE,
    attachment.PROCEDURE,
    late_decision.PROCEDURE,
    arrangement.REQUEST,
    arrangement.PLAN,
    regime.PROCEDURE,
    stabilisation.PROCEDURE,
    restructuring.PROCEDURE,
    statutory_restructuring.PROCEDURE,
    petition.PROCEDURE,
    bankruptcy.PROCEDURE,
    moratorium.PROCEDURE,
    arrangement.CONDITION,
)
