"""Betalingsregeling: may the debt be paid in monthly instalments, and are they paid?

Two procedures. REQUEST is the file of what was asked, computed and decided; it is kept, because an assessment has one
arrangement (VEERE-4.9.6-e). PLAN is the arrangement that runs: its instalments, set-off, pauses and end.
"""

from domain.procedures.arrangement.plan import PLAN
from domain.procedures.arrangement.request import REQUEST

__all__ = ["PLAN", "REQUEST"]
