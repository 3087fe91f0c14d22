"""The catalogue holds every row of the four regulations, each known by one id."""

from collections import Counter

import pytest

from domain.norms import PREFIXES, REGULATIONS, UnknownNormError, catalogue, norm, norms_of


def test_the_catalogue_holds_all_rows_of_the_four_regulations() -> None:
    rows = Counter(row.regulation for row in catalogue().values())

    assert rows == {"veere-2026": 336, "rijk-2008": 1261, "maldegem-2024": 19, "fod-aaii": 13}
    assert rows.total() == 1629


def test_every_row_is_found_under_its_own_id() -> None:
    assert all(norm(id) is row and row.id == id for id, row in catalogue().items())


def test_every_engine_value_is_used_and_counted() -> None:
    assert Counter(row.engine for row in catalogue().values()) == {"auto": 1068, "human": 542, "info": 19}


def test_each_regulation_has_one_prefix() -> None:
    assert set(PREFIXES.values()) == set(REGULATIONS)
    for prefix, regulation in PREFIXES.items():
        assert all(id.startswith(f"{prefix}-") for id in norms_of(regulation))


def test_every_row_says_what_it_asks_and_what_the_engine_does() -> None:
    silent = [row.id for row in catalogue().values() if not (row.title and row.norm and row.outcome)]
    assert silent == []


def test_a_row_gives_its_figures_as_written() -> None:
    demand = norm("VEERE-2.3-b")
    assert (demand.article, demand.kind, demand.engine) == ("2.3", "deadline", "auto")
    assert demand.params["days"] == 14


def test_a_bare_key_on_stays_a_word() -> None:
    (row,) = (row for row in catalogue().values() if row.params.get("on") == "late instalments only")
    assert row.regulation == "rijk-2008"


def test_an_unknown_id_is_refused_with_the_nearest_ids() -> None:
    with pytest.raises(UnknownNormError, match=r"'VEERE-2\.3-zz' is not in .* veere-2026.*VEERE-2\.3-b"):
        norm("VEERE-2.3-zz")


def test_an_id_of_no_regulation_is_refused_with_the_known_prefixes() -> None:
    with pytest.raises(UnknownNormError, match="begins with one of VEERE, RIJK, MALDEGEM, AAII"):
        norm("GOES-1-a")


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        catalogue()["VEERE-2.3-b"] = norm("VEERE-2.3-a")
