"""Coverage is counted from what the sources really say, and refuses what cannot be counted."""

from pathlib import Path
from textwrap import dedent

import pytest

from domain.norms.coverage import NOT_AUTOMATED, PAGE, Coverage, Row, coverage, from_tree, main, page
from domain.norms.sources import CoverageError

REPOSITORY = Path(__file__).parents[3]
TEST = "tests/test_demand.py"


def counted(source: str, path: str = TEST) -> Coverage:
    return coverage({path: dedent(source)})


def row(count: Coverage, id: str) -> Row:
    (found,) = (row for row in count.rows if row.id == id)
    return found


def proven(count: Coverage) -> dict[str, tuple[str, ...]]:
    return {row.id: row.tests for row in count.rows if row.tests}


def test_without_tests_every_row_that_can_be_automated_is_open() -> None:
    count = coverage({})

    assert (count.total, count.automatable, count.covered) == (1629, 1610, 0)
    assert {row.status for row in count.rows if row.engine == "info"} == {"info"}
    assert {row.status for row in count.rows if row.engine != "info"} == {"open"}


def test_a_marked_test_covers_its_norms() -> None:
    count = counted(
        """
        @pytest.mark.norm("VEERE-2.3-b", "VEERE-2.3-c")
        async def test_the_demand_gives_fourteen_days(): ...
        """
    )

    assert count.covered == 2
    assert row(count, "VEERE-2.3-b") == Row(
        id="VEERE-2.3-b",
        engine="auto",
        status="covered",
        tests=(f"{TEST}::test_the_demand_gives_fourteen_days",),
        code=(),
    )


def test_marks_on_classes_and_modules_hold_for_every_test_in_them() -> None:
    count = counted(
        """
        pytestmark = [pytest.mark.norm("VEERE-2.3-a")]

        @pytest.mark.norm("VEERE-2.3-b")
        class TestDemand:
            pytestmark = pytest.mark.norm("VEERE-2.3-c")
            def test_in_time(self): ...
            def helper(self): ...

        def test_alone(): ...
        """
    )

    inside = f"{TEST}::TestDemand::test_in_time"
    assert proven(count) == {
        "VEERE-2.3-a": (inside, f"{TEST}::test_alone"),
        "VEERE-2.3-b": (inside,),
        "VEERE-2.3-c": (inside,),
    }


def test_marks_on_parameters_count_also_when_the_module_has_named_them() -> None:
    count = counted(
        """
        proves = pytest.mark.norm
        LATE: list[object] = [pytest.param(15, marks=proves("VEERE-2.3-c"))]

        @pytest.mark.parametrize("day", [pytest.param(14, marks=[pytest.mark.norm("VEERE-2.3-b")]), *LATE])
        def test_the_last_day(day): ...
        """
    )

    assert set(proven(count)) == {"VEERE-2.3-b", "VEERE-2.3-c"}


@pytest.mark.parametrize("mark", ["skip", "skipif(True, reason='later')", "xfail(reason='later')"])
def test_a_test_that_may_not_run_or_must_fail_proves_nothing(mark: str) -> None:
    count = counted(f'@pytest.mark.{mark}\n@pytest.mark.norm("VEERE-2.3-b")\ndef test_demand(): ...\n')

    assert row(count, "VEERE-2.3-b").status == "open"


def test_a_marked_function_that_is_no_test_proves_nothing() -> None:
    assert counted('@pytest.mark.norm("VEERE-2.3-b")\ndef demand(): ...\n').covered == 0


def test_a_story_counts_as_a_test_of_the_norms_that_it_proves() -> None:
    count = counted("rulebook: veere-2026\nproves: [VEERE-2.3-b]\n", "tests/stories/unpaid.yaml")

    assert row(count, "VEERE-2.3-b").tests == ("tests/stories/unpaid.yaml",)
    assert row(count, "VEERE-2.3-b").status == "covered"


def test_an_informing_row_is_never_counted_as_covered() -> None:
    count = counted('@pytest.mark.norm("VEERE-1.5-a")\ndef test_powers(): ...\n')

    assert (row(count, "VEERE-1.5-a").status, count.covered) == ("info", 0)


def test_code_is_every_place_that_names_the_norm_in_a_string() -> None:
    module = 'NORM = "VEERE-2.3-b"  # not VEERE-2.3-a\n\n\ndef due():\n    """When?\n\n    VEERE-2.3-b.\n    """\n'
    rules = "demand:\n  days: 14  # VEERE-2.3-a\n  norms: [VEERE-2.3-b]\n"
    count = coverage({"domain/demand.py": module, "domain/rulebooks/veere.yaml": rules})

    assert row(count, "VEERE-2.3-b").code == (
        "domain/demand.py:1",
        "domain/demand.py:7",
        "domain/rulebooks/veere.yaml:3",
    )
    assert row(count, "VEERE-2.3-a").code == ()
    assert row(count, "VEERE-2.3-b").status == "open"


def test_a_row_that_is_not_automated_says_why() -> None:
    sources = {NOT_AUTOMATED: "VEERE-2.3-b: belongs to the printing house\n"}

    assert row(coverage(sources), "VEERE-2.3-b").status == "not_automated"
    assert "| VEERE-2.3-b | belongs to the printing house |" in page(sources)


def test_one_rulebook_can_be_counted_alone() -> None:
    count = coverage({TEST: '@pytest.mark.norm("VEERE-2.3-b")\ndef test_demand(): ...\n'}, "veere-2026")

    assert (count.total, count.covered) == (336, 1)
    assert all(row.id.startswith("VEERE-") for row in count.rows)


@pytest.mark.parametrize(
    ("path", "source", "message"),
    [
        (
            TEST,
            '@pytest.mark.norm("VEERE-9.9-z")\ndef test_x(): ...',
            r"VEERE-9\.9-z in .*test_demand\.py::test_x",
        ),
        (TEST, "@pytest.mark.norm(IDS)\ndef test_x(): ...", r"test_demand\.py:1: .* plain strings, not IDS"),
        (TEST, "@pytest.mark.norm()\ndef test_x(): ...", r"test_demand\.py:1: .* at least one norm id"),
        ("tests/stories/a.yaml", "proves: VEERE-2.3-b", r"tests/stories/a\.yaml: `proves` is a list"),
        ("tests/stories/a.yaml", "proves: [", r"tests/stories/a\.yaml: not readable as YAML"),
        ("domain/demand.py", 'NORM = "VEERE-9.9-z"', r"VEERE-9\.9-z in domain/demand\.py:1"),
        (NOT_AUTOMATED, "VEERE-2.3-b:", r"VEERE-2\.3-b needs its reason"),
        (NOT_AUTOMATED, "VEERE-9.9-z: none", r"VEERE-9\.9-z in domain/norms/not_automated\.yaml"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_place(path: str, source: str, message: str) -> None:
    with pytest.raises(CoverageError, match=message):
        counted(source, path)


def test_a_row_cannot_be_both_proven_and_not_automated() -> None:
    sources = {
        TEST: '@pytest.mark.norm("VEERE-2.3-b")\ndef test_x(): ...',
        NOT_AUTOMATED: "VEERE-2.3-b: too hard",
    }
    with pytest.raises(CoverageError, match=r"VEERE-2\.3-b: proven by a test and yet listed"):
        coverage(sources)


def test_an_unknown_rulebook_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CoverageError, match="'goes-2026' has no norms; choose one of veere-2026"):
        coverage({}, "goes-2026")


def test_the_answer_has_exactly_the_published_fields() -> None:
    document = coverage({}).model_dump(mode="json")

    assert list(document) == ["total", "automatable", "covered", "rows"]
    assert list(document["rows"][0]) == ["id", "engine", "status", "tests", "code"]


def test_every_norm_that_this_repository_names_is_in_the_catalogue() -> None:
    assert from_tree(REPOSITORY).total == 1629


def test_the_page_is_the_same_for_the_same_sources_in_any_order_and_links_to_them() -> None:
    sources = {
        TEST: '@pytest.mark.norm("VEERE-2.3-b")\ndef test_demand(): ...\n',
        "domain/demand.py": 'NORM = "VEERE-2.3-b"\n',
        "activities/letters.py": 'NORM = "VEERE-2.3-b"\n',
    }
    text = page(sources)

    assert text == page(dict(reversed(sources.items())))
    assert "[test_demand](../../tests/test_demand.py)" in text
    assert "[activities/letters.py](../../activities/letters.py), [domain/demand.py]" in text
    assert "| veere-2026 | 336 | 1 | 325 | 10 | 0 |" in text


def test_the_page_does_not_change_when_code_only_moves_within_its_file() -> None:
    assert page({"domain/demand.py": 'N = "VEERE-2.3-b"'}) == page({"domain/demand.py": '\n\nN = "VEERE-2.3-b"'})


def test_the_check_fails_until_the_page_is_written_and_again_when_a_test_is_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "domain" / "norms").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path)

    assert main(["--check"]) == 1
    assert "run `make docs`" in capsys.readouterr().err
    assert main(["--write"]) == 0
    assert main(["--check"]) == 0
    (tmp_path / TEST).write_text('@pytest.mark.norm("VEERE-2.3-b")\ndef test_demand(): ...\n')
    assert main(["--check"]) == 1
    assert (tmp_path / PAGE).read_text().startswith("# Norm coverage")
