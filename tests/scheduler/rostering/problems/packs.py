"""Random rule packs: rules of labour law and a few values of each."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scheduler.team import RuleRow

__all__ = ["draw_rules"]

RULES: dict[str, tuple[str, ...]] = {
    "min_rest_minutes": ("600", "690"),
    "min_weekly_rest_minutes": ("600", "1440", "2100", "2100", "2880"),
    "max_days_a_week": ("3", "6"),
    "max_days_running": ("3", "5"),
    "max_sundays_running": ("1", "2"),
    "sunday_ban": ("true",),
    "holiday_ban": ("true",),
    "max_shift_minutes": ("500",),
    "max_day_minutes": ("480",),
    "max_night_shift_minutes": ("480", "300"),
    "max_week_minutes": ("1500", "2400"),
    "average_week_minutes": ("1500", "2400"),
    "average_reference_weeks": ("1", "2", "17"),
    "night_average_week_minutes": ("1000", "2000"),
    "night_reference_weeks": ("1", "3"),
    "max_overtime_month_minutes": ("0", "60", "300"),
    "max_overtime_year_minutes": ("100", "600"),
    "break_minutes": ("360:30;420:45", ">=300:20"),
    "unpaid_break_minutes": ("300:30",),
    "paid_break_minutes": ("240:15",),
    "min_break_minutes": ("15", "20"),
    "paid_break_edge_minutes": ("75",),
    "break_latest_starts": ("300", "240;420"),
    "max_continuous_minutes": ("300", "240"),
    "night_from": ("22:00", "20:00"),
    "night_threshold_minutes": ("121", "60"),
    "overtime_day_premium": ("450:0.5", "300:0.25;480:1"),
    "overtime_week_premium": ("1200:0.5",),
    "night_premium": ("0.25",),
    "sunday_premium": ("0.5",),
    "holiday_premium": ("1",),
    "rest_day_premium": ("0.5",),
    "rest_day_overtime_premium": ("400:0.5",),
    "premium_stacking": ("add", "multiply", "highest"),
}


def draw_rules(random: Random, share: float = 0.3) -> Iterator[RuleRow]:
    """Yield rows of the pack ``own``: each rule with this chance, at one of its values."""
    for name, values in RULES.items():
        if random.random() < share:
            yield RuleRow("own", name, random.choice(values))
