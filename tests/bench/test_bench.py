"""Each figure runs, on tiny sizes, and gives a document that can be believed. No test says how fast."""

from __future__ import annotations

import json
from typing import Any

import pytest

import bench
from bench import decide, engine, growth, history, ladder, replay
from bench.comparison import document, in_turns
from bench.core import lifetime, reading, unpaid
from bench.ground import Ground, assessment, payment
from bench.histories import figures_of, plan_of
from domain.debt.letters import LetterContent
from domain.kernel.messages import Act


def silent(doing: str) -> None:
    """Nobody listens."""


def believable(found: dict[str, Any], name: str, rounds: int) -> None:
    """The document has the shape that all figures share, and its numbers fit each other."""
    assert found == json.loads(json.dumps(found))
    assert (found["name"], found["rounds"]) == (name, rounds)
    assert found["unit"]
    assert found["ours"] > 0
    assert found["baseline"] > 0
    assert found["ratio"] == pytest.approx(found["ours"] / found["baseline"], rel=0.02)
    for side in ("ours", "baseline"):
        low, high = found["spread"][side]
        assert low <= found[side] <= high
    assert found["measured"]["cores"] >= 1


def test_the_names_are_those_of_the_figures_in_the_package() -> None:
    assert set(bench.NAMES) == {"engine", "ladder", "core", "history", "replay", "decide", "growth"}


def test_an_unknown_figure_and_no_rounds_are_errors_that_say_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"'engin' is no figure; choose one of engine, ladder"):
        bench.run("engin")
    with pytest.raises(ValueError, match="0 must be at least 1"):
        bench.run("core", rounds=0)


def test_the_document_holds_medians_their_ratio_and_how_far_the_rounds_lie_apart() -> None:
    found = document("engine", "messages/s", [100, 120, 90], [50, 40, 60], "ratio at least 1.0", debts=3)

    believable(found, "engine", 3)
    assert (found["ours"], found["baseline"], found["ratio"]) == (100, 50, 2.0)
    assert found["spread"]["ratio"] == [1.5, 3.0]
    assert found["debts"] == 3


async def test_both_sides_take_turns_and_the_first_one_changes_each_round() -> None:
    order: list[str] = []

    async def side(name: str) -> float:
        order.append(name)
        return 1.0

    await in_turns(lambda: side("ours"), lambda: side("baseline"), 3, silent)

    assert order == ["ours", "baseline", "baseline", "ours", "ours", "baseline"]


def test_core_tells_its_doings_and_measures_every_command_of_a_life() -> None:
    told: list[str] = []
    found = bench.run("core", rounds=2, progress=told.append, loops=2)

    believable(found, "core", 2)
    assert told == ["round 1 of 2", "round 2 of 2"]
    assert found["commands"].keys() >= {"register_payment", "report_service", "order_attachment", "late_payment"}
    assert found["commands"]["register_payment"]["ours"] == found["ours"]
    assert found["whole_ladders_per_second"] > 1


def test_core_measures_accepted_commands_that_read_back_as_themselves_and_one_that_lives_again() -> None:
    samples = {sample.name: sample for sample in lifetime(unpaid())}

    for sample in samples.values():
        assert reading(sample.command)() == sample.command
    assert samples["late_payment"].past
    assert samples["register_payment"].past is None
    letters = [e for s in samples.values() for e in s.answer() if isinstance(e, Act) and e.letter is not None]
    assert len({type(e) for e in letters}) >= 6
    assert all(isinstance(e.letter, LetterContent) for e in letters)


async def test_engine_books_every_payment_and_settles_every_debt(place: Ground) -> None:
    found = await engine.measured(place, rounds=1, progress=silent, debts=3, payments=2)

    believable(found, "engine", 1)
    assert await place.pool.fetchval("select count(*) from streams where status = 'settled'") >= 3


async def test_engine_fails_when_the_ledger_lacks_a_payment(place: Ground) -> None:
    (debt,) = await engine.assessed(place, 1, 2)
    await place.cases.submit(payment(debt.id, 7, "20.00"))

    with pytest.raises(RuntimeError, match="the ledger has 0 payments and not 2"):
        await engine.booked(place, [debt.id], 2)


async def test_a_refused_command_makes_a_figure_fail(place: Ground) -> None:
    (debt,) = place.debts(1)
    await place.cases.submit(payment(debt, 1, "10.00"))

    with pytest.raises(RuntimeError, match=r"refused.*Deze aanslag is niet bekend"):
        await place.decided([f"{debt}/payment/1"])


async def test_ladder_releases_every_letter_of_every_debt(place: Ground) -> None:
    before = await place.pool.fetchval("select count(*) from letters where status = 'released'")
    found = await ladder.measured(place, rounds=1, progress=silent, debts=2)

    believable(found, "ladder", 1)
    assert found["plan"]["timers"] >= 5
    released = await place.pool.fetchval("select count(*) from letters where status = 'released'")
    assert released - before == 3 * ladder.LETTERS


async def test_history_keeps_its_limits(place: Ground) -> None:
    found = await history.measured(place, rounds=1, progress=silent)

    believable(found, "history", 1)
    paths = found["paths"]
    for name, limit in history.LIMITS.items():
        assert paths[name]["events"] <= limit
    assert paths["paid_in_time"]["events"] < paths["paid_in_parts"]["events"] < paths["ladder_to_attachment"]["events"]
    assert all(path["bytes"] > 1000 and path["billable_actions"] > 3 for path in paths.values())
    for count in ("timers",):
        assert paths["bare_ladder"][count] == paths["ladder_to_attachment"][count]


async def test_the_plan_has_all_timers_and_activities_of_a_history(place: Ground) -> None:
    lived = await ladder.one_history(place)
    plan, figures = plan_of(lived), figures_of(lived)

    assert sum("wait" in step for step in plan) == figures["timers"]
    activities = sum(step.get("activities", 0) for step in plan)
    assert activities == figures["activities"] + figures["local_activities"]


async def test_replay_replays_both_histories(place: Ground) -> None:
    found = await replay.measured(place, rounds=1, progress=silent, histories=2)

    believable(found, "replay", 1)
    assert found["events_each"]["ours"] > 50


async def test_decide_finds_fewer_events_a_message_with_a_local_activity(place: Ground) -> None:
    found = await decide.measured(place, rounds=1, progress=silent, debts=2, payments=2)

    believable(found, "decide", 1)
    assert found["events_per_message"]["local"] < found["events_per_message"]["normal"]


async def test_growth_measures_streams_and_numbers_of_debts(place: Ground) -> None:
    found = await growth.measured(place, rounds=1, progress=silent, shortest=4, longest=16, debts=place.used + 30)

    believable(found, "growth", 1)
    assert list(found["stream"]) == ["4", "8", "16"]
    assert all(cost > 0 for lengths in found["stream"].values() for cost in lengths.values())
    assert len(found["debts"]) == 2


async def test_a_debt_of_the_benches_is_assessed_on_its_own_day(place: Ground) -> None:
    (debt,) = place.debts(1)
    await place.cases.submit(assessment(debt, "50.00"))
    await place.decided([f"{debt}/fix"])

    assert str(await place.pool.fetchval("select today from commands where id = $1", f"{debt}/fix")) == "2026-02-27"
