"""What must always hold while all procedures are open at once: the same life, with everything that can interrupt it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from domain import core
from domain.debt.state import Debt, Measure
from domain.debtor.debtor import Debtor
from domain.kernel.messages import OfficialCommand
from domain.kernel.money import ZERO
from domain.procedures import PROCEDURES
from tests.builder import DEBTOR, OFFICER
from tests.domain.test_properties import DEBTS, Lives, debts, earlier, euros, must_hold

LEVIES = {"by": "h-201", "role": "levying_officer"}
COLLEGE = {"by": "college-1", "role": "college"}
WHY = {"reason": "daarom"}
WAGES = {"third_party": "W1", "income": "1500.00", "exempt": "1400.00", "pay_day": 25}
SITUATION = {"living_situation": "single", "housing_situation": "tenant"}
COUNSELLOR = {"counsellor": "nvvk_member"}
REQUESTS = ("objection", "appeal", "higher_appeal", "fine_objection", "fine_appeal", "other")

requests = st.sampled_from(REQUESTS)
yes_no = st.booleans()
choices = st.integers(0, 11)


def answer(command: str, choice: int, today: date) -> dict[str, Any]:
    """The fields with which an official answers a question, in one of several ways."""
    yes, other = choice % 2 == 0, choice % 3 == 0
    tells = {"circumstances": "minder werk", "structural": choice == 11}
    ways: dict[str, dict[str, Any]] = {
        "grant_deferral": {
            "woz_final": choice == 11,
            "until": today + timedelta(days=30) if other else None,
            "conditions": [{"what": "payment", "euro": "50.00", "by": today + timedelta(days=7)}] if yes else [],
        },
        "refuse_deferral": {"woz_final": choice == 11},
        "grant_arrangement": tells | ({"months": choice or 1} if yes else {"monthly": "60.00"}),
        "refuse_arrangement": tells | {"why": "u kunt meer betalen"},
        "compute_capacity": {"capacity": "100.00" if yes else "0.00"},
        "ask_for_data": {"needed": ["loonstrook"]},
        "end_arrangement": {"ground": "wrong_data", "finding": "onjuist"},
        "decide_appeal": {"decision": "granted" if yes else "rejected", **COLLEGE},
        "decide_permission": {"permitted": yes, **COLLEGE},
        "recompute_exempt_income": {**SITUATION, "third_party": "W1", "income": "1500.00", "exempt": "1450.00"}
        | {"computed_on": today},
        "claim_ten_percent": {
            **SITUATION,
            **WAGES,
            "means_known": True,
            "income": "800.00",
            "exempt": "1000.00",
            "computed_on": today,
        },
        "stop_wage_claim": {"third_party": "W1", "ten_percent": not yes},
        "judge_settlement_agreement": {
            "nvvk_code": True,
            "vtlb_calculation": choice != 1,
            "compulsory_settlement_likely": choice != 3,
            "offered_yield": "400.00",
            "statutory_yield": "400.00",
        },
        "announce_withdrawal": {"ground": "no_confirmation" if yes else "harms_creditors"},
        "report_settlement_reached": {"reported_on": today},
        "report_settlement_end": {"ended_on": today, "agreements_kept": choice > 1, "share": "120.00" if yes else 0},
        "set_off_in_settlement": {"amount": "9.00", "arose_on": today - timedelta(days=200)},
        "revive_debts": {"means": "valuable_possessions"},
        "register_wsnp_end": {"ended_on": today, "clean_slate": yes},
        "extend_wsnp": {"until": today + timedelta(days=300)},
        "order_pay_out": {"amount": "9.00"},
        "order_attachment": {"kind": "movables", "object": "auto"},
        "claim_from_third_party": {"third_party": "T1"},
        "announce_wage_claim": {**SITUATION, **WAGES, "computed_on": today},
    }
    reason = WHY if issubclass(core.COMMAND_TYPES[command], OfficialCommand) else {}
    return OFFICER | reason | ways.get(command, {})


INSOLVENCIES = ("stabilisation", "settlement", "wsnp", "bankruptcy", "moratorium")

ELSEWHERE = ("set_sale_date", "rule_on_objection", "report_court_ruling", "decide_proceeding", "end_third_party_claim")
"""Answers that rules of their own give."""


CHAINS = (
    "the_college_decides",
    "a_moratorium_passes",
    "debts_are_remitted",
    "a_bankruptcy_passes",
    "the_bailiff_attaches",
    "wages_are_claimed",
    "an_arrangement_is_repeated",
)
"""Procedures from their begin to their end, by the name of the method that tells them."""

SELDOM = {
    "debt.remitted.v1",
    "college_appeal.decided.v1",
    "moratorium.over.v1",
    "bankruptcy.ended.v1",
    "attachment.made.v1",
    "wage_claim.sent.v1",
    "arrangement.repeat_forwarded.v1",
    "collection.wait_ended.v1",
}
"""Events that come at the end of long ways: where the machine reaches them it reaches what lies before."""


class AllLives(Lives):
    """One debtor with three debts, who objects, asks for time, appeals, earns, and becomes insolvent."""

    amounts = ("6000.00", "1500.01", "3000.00")

    def case(self, stream: str) -> Debt | Debtor:
        return self.world.cases[stream]

    def after(self, days: int) -> date:
        return self.today + timedelta(days=days)

    # -- whole procedures: what loose steps seldom reach ----------------------------------------------------------

    @rule(chain=st.sampled_from(CHAINS), debt=debts, choice=choices)
    def a_procedure_is_gone_through(self, chain: str, debt: str, choice: int) -> None:
        getattr(self, chain)(debt, choice)

    @rule(chain=st.sampled_from(CHAINS), debt=debts, choice=choices)
    def another_procedure_is_gone_through(self, chain: str, debt: str, choice: int) -> None:
        getattr(self, chain)(debt, choice)

    def the_college_decides(self, debt: str, choice: int) -> None:
        self.a_part_is_disputed_and_decided(debt, "45.67" if choice % 3 else "2000.00", choice % 2 == 0, None)
        self.say("withdraw_deferral", debt=debt, **OFFICER, **WHY)
        self.say("appeal_to_college", debt=debt, received_on=self.today, representative=choice > 5)
        self.pass_time(choice * 2)
        self.say("decide_appeal", debt=debt, **answer("decide_appeal", choice // 2, self.today))

    def a_moratorium_passes(self, debt: str, choice: int) -> None:
        self.the_debtor_becomes_insolvent("moratorium", 0)
        self.pass_time(choice * 20)
        self.say("register_moratorium_end", debtor=DEBTOR, ended_on=self.today, why="afgewezen")

    def debts_are_remitted(self, debt: str, choice: int) -> None:
        self.a_settlement_is_judged_and_ended(2 + choice % 2 * 6, 1 + choice * 10)

    def a_bankruptcy_passes(self, debt: str, choice: int) -> None:
        self.the_debtor_becomes_insolvent("bankruptcy", 0)
        self.pass_time(1 + choice * 10)
        self.say("register_bankruptcy_end", debtor=DEBTOR, ended_on=self.today)

    def the_bailiff_attaches(self, debt: str, choice: int) -> None:
        for _ in range(3):
            self.pass_time(40)
            self.the_bailiff_does_what_is_ordered(debt, "debtor", choice > 2)
        self.an_attachment_is_ordered(debt, "movables", "beter")
        self.the_bailiff_does_what_is_ordered(debt, "debtor", choice > 2)

    def wages_are_claimed(self, debt: str, choice: int) -> None:
        self.the_bailiff_attaches(debt, 1)
        self.say("announce_wage_claim", debt=debt, **answer("announce_wage_claim", choice, self.today))
        self.pass_time(45)
        self.the_employer_remits(debt, "45.67", 0)

    def an_arrangement_is_repeated(self, debt: str, choice: int) -> None:
        self.an_arrangement_is_asked_and_granted(debt, 2 + choice % 4)
        self.pass_time(choice * 10)
        self.an_arrangement_is_asked(debt, 0, None)
        self.say("ask_for_data", debt=debt, **answer("ask_for_data", choice, self.today))
        self.say("forward_request", debt=debt, **OFFICER, **WHY)
        self.say("hand_over_to_external_bailiff", debt=debt, **OFFICER, **WHY)
        self.the_external_bailiff_arranges(debt)

    @rule(days=st.sampled_from([90, 150, 250]))
    def seasons_pass(self, days: int) -> None:
        self.pass_time(days)

    @rule(number=st.integers(0, 99), choice=choices)
    def an_official_answers(self, number: int, choice: int) -> None:
        cases = sorted(self.world.cases.items())
        asked = [(stream, q, a) for stream, c in cases for q in c.questions.values() for a in q.answers]
        asked = [one for one in asked if one[2] not in ELSEWHERE]
        if not asked:
            return
        stream, question, command = asked[number % len(asked)]
        fields = answer(command, choice, self.today)
        about = question.task.removeprefix(question.kind).removeprefix(":")
        if about and command in ("grant_deferral", "refuse_deferral", "withdraw_deferral", "decide_appeal"):
            fields["request"] = about
        if about and command == "decide_permission":
            fields["about"] = about
        subject = {"debt": stream} if isinstance(self.case(stream), Debt) else {"debtor": DEBTOR}
        self.say(command, **subject, **fields)

    # -- remedies and deferral ------------------------------------------------------------------------------------

    @rule(debt=debts, disputed=euros, fine=st.sampled_from([None, True, False]), ago=earlier, reasoned=yes_no)
    def a_part_is_disputed(self, debt: str, disputed: str, fine: bool | None, ago: int, reasoned: bool) -> None:
        part = {"disputed": disputed, "against_fine": fine, "reasoned": reasoned}
        self.say("file_objection", debt=debt, received_on=self.after(-ago), **part)

    @rule(debt=debts, disputed=st.sampled_from(["45.67", "150.00"]), refused=yes_no, until=st.sampled_from([None, 60]))
    def a_part_is_disputed_and_decided(self, debt: str, disputed: str, refused: bool, until: int | None) -> None:
        self.a_part_is_disputed(debt, disputed, False, 0, True)
        if refused:
            self.say("refuse_deferral", debt=debt, **OFFICER, **WHY)
        else:
            last = None if until is None else self.after(until)
            self.say("grant_deferral", debt=debt, **OFFICER, woz_final=False, until=last)

    @rule(debt=debts, remedy=st.sampled_from(["appeal", "higher_appeal"]), disputed=euros, ago=earlier)
    def an_appeal_is_filed(self, debt: str, remedy: str, disputed: str, ago: int) -> None:
        self.say("file_appeal", debt=debt, remedy=remedy, disputed=disputed, filed_on=self.after(-ago))

    @rule(
        debt=debts,
        remedy=st.sampled_from(["appeal", "higher_appeal"]),
        new=st.sampled_from([None, "0.00", "99.99"]),
        ago=earlier,
    )
    def a_court_rules(self, debt: str, remedy: str, new: str | None, ago: int) -> None:
        ruling = {"ruling": "rejected" if new is None else "partly_upheld", "new_amount": new, "remedy": remedy}
        self.say("report_court_ruling", debt=debt, ruled_on=self.after(-ago), **LEVIES, **ruling)

    @rule(debt=debts, new=st.sampled_from([None, "100.00"]), fine=st.sampled_from([None, "0.00"]), ago=earlier)
    def an_earlier_ruling_is_told(self, debt: str, new: str | None, fine: str | None, ago: int) -> None:
        ruled = "partly_upheld" if new or fine else "rejected"
        ruling = {"ruling": ruled, "new_amount": new, "new_fine": fine}
        self.say("rule_on_objection", debt=debt, ruled_on=self.after(-ago), **LEVIES, **ruling)

    @rule(
        debt=debts,
        ground=st.sampled_from(["objection_filed", "insufficient_money", "debt_counselling_msnp", "other"]),
        request=st.sampled_from([None, *REQUESTS]),
        ago=earlier,
    )
    def deferral_is_asked(self, debt: str, ground: str, request: str | None, ago: int) -> None:
        asks = {"ground": ground, "channel": "post", "request": request}
        self.say("request_deferral", debt=debt, requested_on=self.after(-ago), **asks)

    @rule(debt=debts, request=requests, verb=st.sampled_from(["grant", "grant", "refuse", "withdraw"]), choice=choices)
    def deferral_is_decided(self, debt: str, request: str, verb: str, choice: int) -> None:
        decision = answer(f"{verb}_deferral", choice, self.today)
        self.say(f"{verb}_deferral", debt=debt, request=request, **decision)

    @rule(debt=debts, measure=st.sampled_from(list(Measure)))
    def a_measure_is_allowed_despite_deferral(self, debt: str, measure: Measure) -> None:
        exception = {"measures": [measure], "ground": "interests_in_danger", **WHY}
        self.say("allow_despite_deferral", debt=debt, **OFFICER, **exception)

    # -- appeal to the College ------------------------------------------------------------------------------------

    @rule(debt=debts, number=choices, ago=earlier, reasoned=yes_no)
    def an_appeal_goes_to_the_college(self, debt: str, number: int, ago: int, reasoned: bool) -> None:
        open_ = [
            key.partition(":")[2] for key in sorted(self.case(debt).procedures) if key.startswith("college_appeal")
        ]
        request = open_[number % len(open_)] if open_ else "deferral:objection"
        appeal = {"request": request, "received_on": self.after(-ago), "reasoned": reasoned}
        self.say("appeal_to_college", debt=debt, representative=number % 2 == 0, **appeal)
        if not reasoned and number % 3 == 0:
            self.say("supply_reasons", debt=debt, request=request)

    # -- arrangement ----------------------------------------------------------------------------------------------

    @rule(debt=debts, ago=earlier, monthly=st.sampled_from([None, "20.00", "150.00"]))
    def an_arrangement_is_asked(self, debt: str, ago: int, monthly: str | None) -> None:
        asks = {"received_on": self.after(-ago), "channel": "phone", "monthly": monthly}
        self.say("request_arrangement", debt=debt, **asks)

    @rule(debt=debts, months=st.integers(1, 10))
    def an_arrangement_is_asked_and_granted(self, debt: str, months: int) -> None:
        self.an_arrangement_is_asked(debt, 0, None)
        tells = {"circumstances": "minder werk", "structural": False, "months": months}
        self.say("grant_arrangement", debt=debt, **OFFICER, **tells)

    @rule(
        debt=debts,
        choice=choices,
        command=st.sampled_from(
            ["grant_arrangement"] * 3
            + ["refuse_arrangement", "compute_capacity", "ask_for_data", "end_arrangement", "forward_request"]
            + ["hand_over_to_external_bailiff", "return_costs"]
        ),
    )
    def an_arrangement_is_decided(self, debt: str, choice: int, command: str) -> None:
        self.say(command, debt=debt, **answer(command, choice, self.today))

    @rule(debt=debts)
    def the_external_bailiff_arranges(self, debt: str) -> None:
        agreed = {"agreed_on": self.today, "monthly": "150.00", "by": "kantoor-1", "role": "external_bailiff"}
        self.say("report_arrangement", debt=debt, **agreed)

    @rule(debt=debts)
    def data_are_supplied(self, debt: str) -> None:
        self.say("supply_data", debt=debt, received_on=self.today)

    @rule(amount=euros, ago=st.sampled_from([None, 0, 60, 400]))
    def a_refund_is_due(self, amount: str, ago: int | None) -> None:
        arose_on = None if ago is None else self.after(-ago)
        self.say("register_refund", debtor=DEBTOR, amount=amount, on=self.today, arose_on=arose_on)

    # -- wages ----------------------------------------------------------------------------------------------------

    @rule(debt=debts, ago=earlier)
    def the_exempt_income_is_contested(self, debt: str, ago: int) -> None:
        self.say("contest_exempt_income", debt=debt, third_party="W1", received_on=self.after(-ago))

    @rule(
        debt=debts,
        choice=choices,
        command=st.sampled_from(["recompute_exempt_income", "claim_ten_percent", "stop_wage_claim"]),
    )
    def a_wage_claim_is_changed(self, debt: str, choice: int, command: str) -> None:
        self.say(command, debt=debt, **answer(command, choice, self.today))

    @rule(debt=debts, amount=euros, ago=earlier)
    def the_employer_remits_ten_percent(self, debt: str, amount: str, ago: int) -> None:
        paid = {"third_party": "W1", "amount": amount, "value_date": self.after(-ago), "ten_percent": True}
        self.say("register_wage_remittance", debt=debt, **paid)

    # -- insolvency -----------------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from([*INSOLVENCIES, "settlement"]), ago=earlier)
    def the_debtor_becomes_insolvent(self, kind: str, ago: int) -> None:
        on = self.after(-ago)
        match kind:
            case "stabilisation":
                self.say("register_stabilisation", debtor=DEBTOR, received_on=on, **COUNSELLOR)
            case "settlement":
                agreed = {"agreed_on": on, "counsellor_number": "SH1", **COUNSELLOR}
                self.say("register_settlement_agreement", debtor=DEBTOR, **agreed)
            case "bankruptcy":
                self.say("register_bankruptcy", debtor=DEBTOR, declared_on=on, trustee="CUR-1")
            case "wsnp":
                self.say("register_wsnp", debtor=DEBTOR, admitted_on=on)
            case _:
                self.say("register_moratorium", debtor=DEBTOR, received_on=on)

    @rule(choice=choices, days=st.sampled_from([1, 30, 250]))
    def a_settlement_is_judged_and_ended(self, choice: int, days: int) -> None:
        self.the_debtor_becomes_insolvent("settlement", 0)
        self.the_settlement_goes_on(0, "judge_settlement_agreement")
        self.the_settlement_goes_on(0, "report_settlement_reached")
        self.pass_time(days)
        self.the_settlement_goes_on(choice, "report_settlement_end")

    @rule(ago=earlier, means=yes_no)
    def the_insolvency_ends(self, ago: int, means: bool) -> None:
        running = self.case(f"debtor-{DEBTOR}").procedures
        if "bankruptcy" in running:
            self.say("register_bankruptcy_end", debtor=DEBTOR, ended_on=self.after(-ago))
        if "bankruptcy" in running and means:
            self.say("report_means", debtor=DEBTOR, means="income_above_average")
        if "moratorium" in running:
            self.say("register_moratorium_end", debtor=DEBTOR, ended_on=self.after(-ago), why="afgewezen")
        if "wsnp" in running:
            end = {"ended_on": self.after(-ago), "clean_slate": means}
            self.say("register_wsnp_end", debtor=DEBTOR, **end, **OFFICER)
        if "stabilisation" in running:
            self.say("register_stabilisation_end", debtor=DEBTOR, why="gestopt")
        if means and not running:
            self.say("order_petition", debtor=DEBTOR, **answer("order_petition", 0, self.today))

    @rule(
        choice=choices,
        command=st.sampled_from(
            ["judge_settlement_agreement"] * 2
            + ["report_settlement_reached", "report_settlement_end", "announce_withdrawal", "withdraw_settlement"]
            + ["keep_settlement", "set_off_in_settlement"]
        ),
    )
    def the_settlement_goes_on(self, choice: int, command: str) -> None:
        self.say(command, debtor=DEBTOR, **answer(command, choice, self.today))

    @rule(tax=st.sampled_from(["property_tax", "waste_charge"]), ago=earlier)
    def an_assessment_comes_later(self, tax: str, ago: int) -> None:
        kept = {"dated": self.today, "due": [self.after(60)], "arose_on": self.after(-ago), "debtor": DEBTOR}
        self.say("fix_assessment", debt="OZB-2027-0004", tax=tax, amount="200.00", **kept)

    @invariant()
    def everything_holds(self) -> None:
        self.checked.follow(self.world)
        must_hold(self.world, self.checked, self.today)
        self.what_is_due_is_paid_open_or_given_up()

    def what_is_due_is_paid_open_or_given_up(self) -> None:
        ledger: defaultdict[str, Decimal] = defaultdict(Decimal)
        for (stream, account), amount in self.checked.accounts.items():
            if account.startswith(("revenue:", "expense:")) and account != "expense:refunds":
                ledger[stream] -= amount
        for stream, case in self.world.cases.items():
            if isinstance(case, Debt):
                assert case.open.total + case.paid == ledger[stream], stream
                assert case.paid >= ZERO
                assert sum((t.amount + t.fine for t in case.terms), ZERO) == case.assessed.tax + case.assessed.fine


TestAllLives = AllLives.TestCase
TestAllLives.settings = settings(max_examples=10, stateful_step_count=50)


def test_whole_procedures_reach_what_loose_steps_seldom_reach() -> None:
    reached: set[str] = set()
    for chain in CHAINS:
        for choice in (1, 4, 8):
            lives = AllLives()
            lives.begin(two=False, address=True, fine="0.00", unpaid=65)
            getattr(lives, chain)(DEBTS[1], choice)
            lives.everything_holds()
            reached |= {e.type for record in lives.world.records for e in record.events}

    assert SELDOM - reached == set()


def test_the_machine_knows_every_procedure() -> None:
    here = Path(__file__)
    said = here.read_text() + here.with_name("test_properties.py").read_text()
    silent = [p.name for p in PROCEDURES if p.commands and not any(f'"{_name(c)}"' in said for c in p.commands)]
    assert silent == ["regime", "arrangement_condition"], (
        "debts and the debtor's file tell each other; nobody else does"
    )


def _name(command: Any) -> str:
    return str(command.model_fields["command"].default)
