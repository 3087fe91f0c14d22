"""Exact euro amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.kernel.money import Amount, Money, cents, equal_parts
from tests.builder import euro


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.005", "0.01"), ("0.004", "0.00"), ("-0.005", "-0.01"), (3, "3.00")]
)
def test_an_amount_is_rounded_half_up_to_cents(amount: str | int, rounded: str) -> None:
    assert str(cents(amount)) == rounded


@pytest.mark.parametrize("wrong", ["1.001", "abc", "NaN", "Infinity", "99999999999.00"])
def test_what_is_no_amount_in_cents_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Money).validate_python(wrong)


@pytest.mark.parametrize("wrong", ["0.00", "-0.01"])
def test_an_amount_to_pay_is_above_zero(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Amount).validate_python(wrong)


def test_an_amount_is_written_with_two_decimals() -> None:
    assert TypeAdapter(Money).dump_json(TypeAdapter(Money).validate_python(5)) == b'"5.00"'


@pytest.mark.norm("VEERE-4.2-a")
@given(st.decimals("0.01", "9999999.99", places=2), st.integers(1, 60))
def test_equal_parts_add_up_and_differ_only_in_the_last(amount: Decimal, number: int) -> None:
    parts = equal_parts(amount, number)

    assert (len(parts), sum(parts)) == (number, amount)
    assert len(set(parts[:-1])) <= 1
    assert 0 <= parts[-1] - parts[0] < number * euro("0.01")


def test_nothing_is_cut_into_no_parts() -> None:
    with pytest.raises(ValueError, match="parts: 0 must be at least 1"):
        equal_parts(euro("1.00"), 0)
