"""Betalingsregeling: may the debt be paid in monthly instalments, and are they paid?

Three procedures. REQUEST is the file of what was asked, computed and decided; it is kept when it is over, because an
assessment has one arrangement (VEERE-4.9.6-e). PLAN is the arrangement that runs: its instalments, set-off, pauses and
end. CONDITION tells it, in the debtor's file, that another assessment is overdue.
"""

from domain.procedures.arrangement.overdue import CONDITION
from domain.procedures.arrangement.plan import PLAN
from domain.procedures.arrangement.request import REQUEST

__all__ = ["CONDITION", "PLAN", "REQUEST"]
