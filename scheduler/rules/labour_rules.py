"""The labour rules in force at a site, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.rules.values import Stacking, Tiers

__all__ = ["LabourRules"]


@dataclass(frozen=True)
class LabourRules:
    """Rules of one pack while they last; None (and for tiers and lists ``()``) means: no such rule.

    Every field of the groups below is a rule of :data:`scheduler.rules.vocabulary.VOCABULARY`, which defines
    it word for word; ``docs/labour-rules.md`` shows the same definitions. Minutes of work are paid minutes,
    elapsed less unpaid breaks, unless the definition says otherwise.

    Parameters
    ----------
    pack
        Whose rules these are.
    sources
        Where each rule in force is written, by rule: ``pack DE: ArbZG § 5 (1)``.
    """

    pack: str
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    min_rest_minutes: int | None = None
    min_weekly_rest_minutes: int | None = None
    max_days_a_week: int | None = None
    max_days_running: int | None = None
    max_sundays_running: int | None = None
    sunday_ban: bool | None = None
    holiday_ban: bool | None = None

    max_shift_minutes: int | None = None
    max_day_minutes: int | None = None
    max_night_shift_minutes: int | None = None
    max_week_minutes: int | None = None
    average_week_minutes: int | None = None
    average_reference_weeks: int | None = None
    night_average_week_minutes: int | None = None
    night_reference_weeks: int | None = None
    max_overtime_month_minutes: int | None = None
    max_overtime_year_minutes: int | None = None

    break_minutes: Tiers = ()
    unpaid_break_minutes: Tiers = ()
    paid_break_minutes: Tiers = ()
    min_break_minutes: int | None = None
    min_paid_break_minutes: int | None = None
    break_latest_starts: tuple[int, ...] = ()
    paid_break_edge_minutes: int | None = None
    max_continuous_minutes: int | None = None

    night_from: int | None = None
    night_until: int | None = None
    night_threshold_minutes: int | None = None

    overtime_day_premium: Tiers = ()
    overtime_week_premium: Tiers = ()
    night_premium: float | None = None
    holiday_premium: float | None = None
    sunday_premium: float | None = None
    rest_day_premium: float | None = None
    rest_day_overtime_premium: Tiers = ()
    premium_stacking: Stacking | None = None

    notice_days: int | None = None

    @property
    def night_window(self) -> tuple[int, int]:
        """Begin and end of the night in wall-clock minutes after midnight: by default 23:00 and 06:00."""
        begin = 23 * 60 if self.night_from is None else self.night_from
        end = 6 * 60 if self.night_until is None else self.night_until
        return begin, end

    @property
    def night_shift_minutes(self) -> int:
        """Elapsed minutes inside the night that make a shift a night shift: by default 180."""
        return 180 if self.night_threshold_minutes is None else self.night_threshold_minutes

    @property
    def reference_weeks(self) -> int:
        """Weeks over which ``average_week_minutes`` holds: by default 17, about four months."""
        return self.average_reference_weeks or 17

    @property
    def night_weeks(self) -> int:
        """Weeks over which ``night_average_week_minutes`` holds: by default those of the other average."""
        return self.night_reference_weeks or self.reference_weeks

    @property
    def stacking(self) -> Stacking:
        """How premiums on the same minute go together: by default they add up."""
        return self.premium_stacking or Stacking.ADD

    def source(self, rule: str) -> str:
        """Return where a rule is written; the pack alone where no source is stated."""
        return self.sources.get(rule, f"pack {self.pack}")
