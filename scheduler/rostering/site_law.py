"""A site's rule pack over the horizon: which shifts it allows, and what it asks of contracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from forecasting.calendars import public_holidays
from scheduler.contracts import Contract
from scheduler.rostering.site_clock import DAY, SUNDAY, dates_of
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.resolve import RuleBook
from scheduler.rules.tighter import SHARED_RULES, tighter
from scheduler.sites import Site

__all__ = ["SiteLaw", "read_law"]


@dataclass(frozen=True, eq=False)
class SiteLaw:
    """Rules in force on each date of the horizon.

    Attributes
    ----------
    plain
        Whether the pack states nothing at all.
    """

    site: Site
    dates: tuple[date, ...]
    rules: tuple[LabourRules, ...]

    @cached_property
    def distinct(self) -> tuple[LabourRules, ...]:
        """Each set of rules once."""
        return tuple({id(rules): rules for rules in self.rules}.values())

    @cached_property
    def plain(self) -> bool:
        """Whether the pack states no rule on any date."""
        return all(rules == LabourRules(rules.pack) for rules in self.distinct)

    @cached_property
    def _holidays(self) -> frozenset[date]:
        last = self.dates[-1] + 2 * DAY
        return frozenset(public_holidays(self.site.country, self.site.subdivision, self.dates[0] - DAY, last))

    def allows(self, number: int, start: datetime, end: datetime, paid: int, night: bool) -> bool:
        """Tell whether a shift of a date (by number) keeps what the pack says of single shifts' hours."""
        rules = self.rules[number]
        limits = (
            (rules.max_shift_minutes, int((end - start).total_seconds()) // 60),
            (rules.max_day_minutes, paid),
            (rules.max_night_shift_minutes if night else None, paid),
        )
        if any(limit is not None and minutes > limit for limit, minutes in limits):
            return False
        if not (rules.sunday_ban or rules.holiday_ban):
            return True
        days = dates_of(self.site.time_zone, start, end)
        on_sunday = rules.sunday_ban and any(day.weekday() == SUNDAY for day in days)
        return not on_sunday and not (rules.holiday_ban and any(day in self._holidays for day in days))

    def contracts(self, contract: Contract) -> tuple[Contract, Contract]:
        """Return the contract at its tightest and loosest: they differ where rules change on a date."""
        held = [tighter(contract, rules).contract for rules in self.distinct]
        tight: dict[str, Any] = {}
        loose: dict[str, Any] = {}
        for rule, tighter_of in SHARED_RULES.items():
            stated = [getattr(each, rule) for each in held]
            known = [value for value in stated if value is not None]
            tight[rule] = tighter_of(known) if known else None  # type: ignore[call-arg, arg-type]
            looser_of = max if tighter_of is min else min
            loose[rule] = looser_of(known) if len(known) == len(stated) else None
        return replace(contract, **tight), replace(contract, **loose)

    def least(self, rule: str) -> int | None:
        """Return the least value of a maximum, over all dates; None: never stated."""
        return min((value for value in self._values(rule) if value is not None), default=None)

    def most(self, rule: str) -> int | None:
        """Return the most value of a rule, over all dates; None: never stated."""
        return max((value for value in self._values(rule) if value is not None), default=None)

    def changes(self, rule: str) -> bool:
        """Tell whether a rule has more than one value."""
        return len(set(self._values(rule))) > 1

    def _values(self, rule: str) -> list[int | None]:
        return [getattr(rules, rule) for rules in self.distinct]


def read_law(site: Site, book: RuleBook, dates: Sequence[date]) -> SiteLaw:
    """Read the rules in force at a site on each date."""
    return SiteLaw(site, tuple(dates), tuple(book.on(site.rules, day) for day in dates))
