"""Contracts: what one agent may and must work."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Contract"]


@dataclass(frozen=True)
class Contract:
    """Limits on an agent's tour. Minutes are paid minutes unless said otherwise; None means no limit.

    Parameters
    ----------
    shifts
        Names of the templates that may be worked.
    max_week_minutes, min_week_minutes
        Per week of local dates, Monday to Sunday.
    min_plan_minutes, max_plan_minutes
        Over the horizon.
    max_days_a_week
        Working days per week.
    max_days_running, min_days_running
        Length of a run of working days.
    days_off_running, max_days_off_running
        Least and most days off in a row.
    min_rest_minutes
        Elapsed, from one shift's end to the next one's start.
    max_nights
        Night shifts per plan.
    weekends_off
        Weekends per plan on which no shift starts.
    start_tolerance_minutes
        Largest spread of wall-clock starts within a week.
    forbidden_next
        Pairs (template, template) that must not be worked on consecutive dates.
    """

    name: str
    shifts: tuple[str, ...]
    max_week_minutes: int
    min_week_minutes: int = 0
    min_plan_minutes: int | None = None
    max_plan_minutes: int | None = None
    max_days_a_week: int = 5
    max_days_running: int | None = None
    min_days_running: int | None = None
    days_off_running: int = 1
    max_days_off_running: int | None = None
    min_rest_minutes: int = 660
    max_nights: int | None = None
    weekends_off: int | None = None
    start_tolerance_minutes: int | None = None
    forbidden_next: tuple[tuple[str, str], ...] = ()
