"""Every letter on the way of one debt, and the people whom they go to."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from activities.letters import Addressee
from domain.debt import letter_texts as texts
from domain.debt.letters import AmountLine, Instalment, LetterContent

DEBTOR = Addressee(name="Mevrouw J. de Vries-Şahin", lines=("Markt 12", "4351 AG Veere"))
OTHER = Addressee(name="A. Bakker", lines=("Oostsingel 4", "4331 AA Middelburg"))
NUMBER = "OZB-2026-0001"
_TAX = AmountLine(label="Onroerendezaakbelasting 2026, aanslag OZB-2026-0001", amount=Decimal("1600.00"))
_DEMAND = AmountLine(label="Kosten aanmaning", amount=Decimal("19.00"))
_SERVICE = AmountLine(label="Kosten betekening dwangbevel", amount=Decimal("178.00"))
_ALL = (_TAX, _DEMAND, _SERVICE)
_OF = {"tax": "onroerendezaakbelasting", "year": 2026}
_WRIT = {"writ_on": date(2026, 5, 27), "served_on": date(2026, 5, 28)}
_ORDER = {"officer": "invorderingsambtenaar (M-104)", "debts": (NUMBER, "RIO-2026-0007")}


def _terms(months: range, amount: str) -> tuple[Instalment, ...]:
    return tuple(Instalment(due_on=date(2026, month, 28), amount=Decimal(amount)) for month in months)


CONTENT: Mapping[str, LetterContent] = {
    "assessment_notice": texts.ASSESSMENT_NOTICE.compose(
        dated=date(2026, 2, 28), reference=NUMBER, amounts=(_TAX,), pay_by=date(2026, 4, 30), **_OF
    ),
    "in_terms": texts.ASSESSMENT_NOTICE.compose(
        dated=date(2026, 2, 28), reference=NUMBER, amounts=(_TAX,), schedule=_terms(range(4, 8), "400"), **_OF
    ),
    "reminder": texts.REMINDER.compose(
        dated=date(2026, 5, 4),
        reference=NUMBER,
        amounts=(_TAX,),
        pay_by=date(2026, 5, 11),
        due_on=date(2026, 4, 30),
        **_OF,
    ),
    "demand": texts.DEMAND.compose(
        dated=date(2026, 5, 12),
        reference=NUMBER,
        amounts=(_TAX, _DEMAND),
        pay_by=date(2026, 5, 26),
        reminder_on=date(2026, 5, 4),
        costs=_DEMAND.amount,
        unconfirmed_tariff=True,
        **_OF,
    ),
    "writ": texts.WRIT.compose(
        dated=date(2026, 5, 27),
        reference=NUMBER,
        amounts=_ALL,
        pay_by=date(2026, 5, 29),
        demand_on=date(2026, 5, 12),
        unconfirmed_tariff=True,
    ),
    "service_notice": texts.SERVICE_NOTICE.compose(
        dated=date(2026, 5, 28),
        reference=NUMBER,
        amounts=_ALL,
        pay_by=date(2026, 5, 30),
        writ_on=_WRIT["writ_on"],
        unconfirmed_tariff=True,
        **_OF,
    ),
    "renewed_order": texts.RENEWED_ORDER.compose(
        dated=date(2026, 6, 10), reference=NUMBER, amounts=_ALL, letterbox_days=2, **_OF, **_WRIT
    ),
    "renewed_order_to_bailiff": texts.RENEWED_ORDER_TO_BAILIFF.compose(
        dated=date(2026, 6, 9),
        reference=NUMBER,
        amounts=_ALL,
        circumstances=("alleenstaande ouder met jonge kinderen",),
        **_ORDER,
        **_WRIT,
    ),
    "attachment_order": texts.ATTACHMENT_ORDER.compose(
        dated=date(2026, 6, 16),
        reference=NUMBER,
        amounts=_ALL,
        object="een auto",
        renewed_order_on=date(2026, 6, 11),
        circumstances=(),
        **_ORDER,
        **_WRIT,
    ),
    "third_party_claim": texts.THIRD_PARTY_CLAIM.compose(
        dated=date(2026, 6, 8),
        reference=NUMBER,
        amounts=_ALL,
        relation="u betaalt huur aan de belastingschuldige",
    ),
}
