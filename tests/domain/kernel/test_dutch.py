"""Dutch dates, amounts and lists."""

from datetime import date
from decimal import Decimal

import pytest

from domain.kernel.dutch import dutch_date, dutch_euro, dutch_list


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 5, 26), "26 mei 2026"),
        (date(2027, 1, 1), "1 januari 2027"),
        (date(2026, 12, 31), "31 december 2026"),
    ],
)
def test_a_date_is_written_out(day: date, written: str) -> None:
    assert dutch_date(day) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "€ 0,00"),
        ("19.5", "€ 19,50"),
        ("1234.56", "€ 1.234,56"),
        ("1000000.01", "€ 1.000.000,01"),
        ("-5", "€ -5,00"),
    ],
)
def test_an_amount_has_a_decimal_comma_and_points_between_thousands(amount: str, written: str) -> None:
    assert dutch_euro(Decimal(amount)) == written


def test_a_part_of_a_cent_is_refused_and_not_rounded() -> None:
    with pytest.raises(ValueError, match=r"1\.005 is no whole number of cents"):
        dutch_euro(Decimal("1.005"))


def test_a_list_has_commas_and_en() -> None:
    assert [dutch_list(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a en b",
        "a, b en c",
    ]
