"""Days of law: recognised holidays, the end of a term, the office's zone.

A term set by statute that ends on a Saturday, Sunday or recognised holiday runs on through the next day that is
none of these (Algemene termijnenwet art. 1; VEERE-2-c). Not for terms over 90 days, 12 weeks or 3 months (art. 4).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, ConfigDict, Field, model_validator

Country = Literal["NL", "BE"]

_CATEGORIES: dict[Country, tuple[str, ...]] = {
    # Algemene termijnenwet art. 3 counts 5 May every year and Good Friday; `holidays` files them as optional.
    "NL": ("public", "optional"),
    "BE": ("public",),
}


@lru_cache(maxsize=256)
def recognised_holidays(country: Country, year: int) -> frozenset[date]:
    """The recognised holidays of one year."""
    return frozenset(holidays.country_holidays(country, years=year, categories=_CATEGORIES[country]))


class Calendar(BaseModel):
    """A country's days. `extra_days`: days put on a par with a holiday by royal decree (art. 3(3))."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: Country
    zone: str
    extra_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Is `day` neither Saturday, Sunday nor a recognised holiday?"""
        if day.weekday() >= 5 or day in self.extra_days:
            return False
        return day not in recognised_holidays(self.country, day.year)

    def next_working_day(self, day: date) -> date:
        """`day` itself, or the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def start_of(self, day: date, hour: int = 0) -> datetime:
        """The moment at which `day` starts in the office's zone (or `hour` o'clock on it)."""
        return datetime.combine(day, time(hour), ZoneInfo(self.zone))

    def day_of(self, moment: datetime) -> date:
        """The office's calendar day at `moment`."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of_month(month: date, day: int) -> date:
    """Day `day` of the month of `month`, or the last day of that month where it is shorter."""
    return date(month.year, month.month, min(day, monthrange(month.year, month.month)[1]))


class TermRule(BaseModel):
    """How long a term runs: one of days, weeks or months, counted from the day after its start.

    `extended`: a last day that is no working day moves on (statutory terms, or the office's choice: VEERE-2-c).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[int, Field(ge=0)] | None = None
    weeks: Annotated[int, Field(ge=1)] | None = None
    months: Annotated[int, Field(ge=1)] | None = None
    extended: bool
    norms: tuple[str, ...]
    article: str = ""
    source: str = ""

    @model_validator(mode="after")
    def _one_length(self) -> TermRule:
        if sum(x is not None for x in (self.days, self.weeks, self.months)) != 1:
            raise ValueError("a term has exactly one of days, weeks, months")
        if self.extended and ((self.days or 0) > 90 or (self.weeks or 0) > 12 or (self.months or 0) > 3):
            raise ValueError("a term over 90 days, 12 weeks or 3 months is not extended (Algemene termijnenwet art. 4)")
        return self

    def last_day(self, start: date, calendar: Calendar) -> date:
        """Until which day, that day included, does a term that starts on `start` run?"""
        if self.months is not None:
            end = add_months(start, self.months)
        else:
            end = start + timedelta(days=self.days if self.days is not None else 7 * (self.weeks or 0))
        # "At once" (0 days) is no term to extend.
        return calendar.next_working_day(end) if self.extended and end > start else end

    @property
    def dutch(self) -> str:
        """The length in Dutch: "14 dagen"."""
        for number, one, many in (
            (self.days, "dag", "dagen"),
            (self.weeks, "week", "weken"),
            (self.months, "maand", "maanden"),
        ):
            if number is not None:
                return f"{number} {one if number == 1 else many}"
        raise AssertionError("a term has a length")
