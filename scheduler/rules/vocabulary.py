"""The closed vocabulary of labour rules: name, kind of value and definition of each.

A definition says all that an engine and a checker need to agree. Terms used in them (counting break, date
worked, night shift …) are settled in :data:`scheduler.rules.terms.TERMS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheduler.rules import values
from scheduler.rules.values import MINUTE_TIERS, SHARE, SHARE_TIERS, TIME_OF_DAY, TRUTH, ValueKind, whole

__all__ = ["EXTENDS", "VOCABULARY", "Group", "Rule"]

EXTENDS = "extends"
"""The rule that names the pack whose rules hold wherever a pack has none of its own."""


class Group(StrEnum):
    """What rules are about."""

    PACK = "The pack itself"
    REST = "Rest and days off"
    HOURS = "Hours"
    BREAKS = "Breaks"
    NIGHT = "What night work is"
    PAY = "Premium pay"
    NOTICE = "Publication"


@dataclass(frozen=True)
class Rule:
    """A rule that packs may state.

    Parameters
    ----------
    kind
        What its values look like.
    unit
        What a value counts.
    definition
        What must hold, or what is paid, word for word.
    """

    name: str
    group: Group
    kind: ValueKind
    unit: str
    definition: str


_DAYS = whole(1, 7)
_MINUTES_A_DAY = whole(1, 1440)
_MINUTES_A_WEEK = whole(1, 10_080)
_WEEKS = whole(1, 53)

_RULES = (
    Rule(
        EXTENDS,
        Group.PACK,
        values.NAME,
        "name of a pack",
        "Every rule that this pack does not state is the named pack's.",
    ),
    Rule(
        "min_rest_minutes",
        Group.REST,
        whole(0, 10_080),
        "elapsed minutes",
        "From one shift's end to the next one's start there are at least so many minutes.",
    ),
    Rule(
        "min_weekly_rest_minutes",
        Group.REST,
        _MINUTES_A_WEEK,
        "elapsed minutes",
        "Each week has a share in an uninterrupted rest of at least so many minutes: at least 24 hours of "
        "that rest (all of it, if it is to be shorter) lie in the week. Time before the agent's first "
        "known shift and after the last one is rest.",
    ),
    Rule(
        "max_days_a_week",
        Group.REST,
        _DAYS,
        "dates worked",
        "At most so many dates of a week are worked.",
    ),
    Rule(
        "max_days_running",
        Group.REST,
        whole(1, 366),
        "dates worked",
        "At most so many dates in a row are worked.",
    ),
    Rule(
        "max_sundays_running",
        Group.REST,
        whole(1, 53),
        "Sundays",
        "At most so many Sundays in a row have any work.",
    ),
    Rule("sunday_ban", Group.REST, TRUTH, "", "Where true, no minute of a shift lies on a Sunday."),
    Rule("holiday_ban", Group.REST, TRUTH, "", "Where true, no minute of a shift lies on a public holiday."),
    Rule(
        "max_shift_minutes",
        Group.HOURS,
        _MINUTES_A_DAY,
        "elapsed minutes",
        "A shift, breaks included, is at most so long.",
    ),
    Rule(
        "max_day_minutes",
        Group.HOURS,
        _MINUTES_A_DAY,
        "paid minutes",
        "The shift of a date has at most so many minutes.",
    ),
    Rule(
        "max_night_shift_minutes",
        Group.HOURS,
        _MINUTES_A_DAY,
        "paid minutes",
        "A night shift has at most so many minutes.",
    ),
    Rule(
        "max_week_minutes",
        Group.HOURS,
        _MINUTES_A_WEEK,
        "paid minutes",
        "A week has at most so many minutes.",
    ),
    Rule(
        "average_week_minutes",
        Group.HOURS,
        _MINUTES_A_WEEK,
        "paid minutes a week",
        "Over any `average_reference_weeks` known weeks in a row that end with a week of the plan, "
        "minutes are at most this number × (their days less whole days of time off and days outside "
        "employment) / 7. With fewer known weeks, over all of them together.",
    ),
    Rule(
        "average_reference_weeks",
        Group.HOURS,
        _WEEKS,
        "weeks",
        "Length of the reference period of `average_week_minutes`; 17 where it is not stated.",
    ),
    Rule(
        "night_average_week_minutes",
        Group.HOURS,
        _MINUTES_A_WEEK,
        "paid minutes a week",
        "The same as `average_week_minutes` over `night_reference_weeks`, for periods in which the agent "
        "works a night shift inside the plan. (8 hours in 24 on average with one day of rest a week are "
        "2,880.)",
    ),
    Rule(
        "night_reference_weeks",
        Group.HOURS,
        _WEEKS,
        "weeks",
        "Length of the reference period of `night_average_week_minutes`; that of the other average where "
        "it is not stated.",
    ),
    Rule(
        "max_overtime_month_minutes",
        Group.HOURS,
        whole(0, 44_640),
        "paid minutes",
        "The shifts of a calendar month have at most so many minutes of overtime, history included.",
    ),
    Rule(
        "max_overtime_year_minutes",
        Group.HOURS,
        whole(0, 527_040),
        "paid minutes",
        "The shifts of a calendar year have at most so many minutes of overtime, history included.",
    ),
    Rule(
        "break_minutes",
        Group.BREAKS,
        MINUTE_TIERS,
        "paid minutes of the shift : minutes of break",
        "A shift in a tier (the last that applies) has counting breaks, paid or not, of at least the "
        "tier's minutes in all.",
    ),
    Rule(
        "unpaid_break_minutes",
        Group.BREAKS,
        MINUTE_TIERS,
        "paid minutes of the shift : minutes of break",
        "A shift in a tier has unpaid counting breaks of at least the tier's minutes in all.",
    ),
    Rule(
        "paid_break_minutes",
        Group.BREAKS,
        MINUTE_TIERS,
        "paid minutes of the shift : minutes of break",
        "A shift in a tier has paid breaks of at least the tier's minutes in all, each of at least "
        "`min_paid_break_minutes`, touching neither end of the shift and inside what "
        "`paid_break_edge_minutes` leaves.",
    ),
    Rule(
        "min_break_minutes",
        Group.BREAKS,
        _MINUTES_A_DAY,
        "elapsed minutes",
        "A shorter break does not count towards `break_minutes`, `unpaid_break_minutes`, "
        "`break_latest_starts` and `max_continuous_minutes`.",
    ),
    Rule(
        "min_paid_break_minutes",
        Group.BREAKS,
        _MINUTES_A_DAY,
        "elapsed minutes",
        "A shorter break does not count towards `paid_break_minutes`.",
    ),
    Rule(
        "paid_break_edge_minutes",
        Group.BREAKS,
        whole(0, 720),
        "elapsed minutes",
        "A break counts towards `paid_break_minutes` only if at least so many minutes of the shift lie "
        "before it and after it.",
    ),
    Rule(
        "break_latest_starts",
        Group.BREAKS,
        values.MINUTE_LIST,
        "elapsed minutes from the shift's start",
        "In a shift that the first, second … tier of `break_minutes` or `unpaid_break_minutes` applies to, "
        "counting breaks that begin no later than the first, second … number make up that tier's minutes.",
    ),
    Rule(
        "max_continuous_minutes",
        Group.BREAKS,
        _MINUTES_A_DAY,
        "elapsed minutes",
        "No more minutes than that lie between a shift's start, its counting breaks and its end.",
    ),
    Rule("night_from", Group.NIGHT, TIME_OF_DAY, "wall clock", "When the night begins: by default 23:00."),
    Rule("night_until", Group.NIGHT, TIME_OF_DAY, "wall clock", "When the night ends: by default 06:00."),
    Rule(
        "night_threshold_minutes",
        Group.NIGHT,
        _MINUTES_A_DAY,
        "elapsed minutes",
        "A shift with at least so many minutes in the night is a night shift: by default 180.",
    ),
    Rule(
        "overtime_day_premium",
        Group.PAY,
        SHARE_TIERS,
        "paid minutes of the shift : share of the hourly cost",
        "Minutes of a shift beyond a tier's threshold cost that share more.",
    ),
    Rule(
        "overtime_week_premium",
        Group.PAY,
        SHARE_TIERS,
        "paid minutes of the week : share of the hourly cost",
        "Minutes of a week that are not overtime of their day cost that share more beyond a tier's "
        "threshold.",
    ),
    Rule(
        "night_premium",
        Group.PAY,
        SHARE,
        "share of the hourly cost",
        "Paid minutes between `night_from` and `night_until` cost that share more, in whatever shift they "
        "lie.",
    ),
    Rule(
        "holiday_premium",
        Group.PAY,
        SHARE,
        "share of the hourly cost",
        "Paid minutes on a public holiday cost that share more.",
    ),
    Rule(
        "sunday_premium",
        Group.PAY,
        SHARE,
        "share of the hourly cost",
        "Paid minutes on a Sunday cost that share more.",
    ),
    Rule(
        "rest_day_premium",
        Group.PAY,
        SHARE,
        "share of the hourly cost",
        "Paid minutes of the shift of a rest day (the seventh date worked of a week) cost that share more.",
    ),
    Rule(
        "rest_day_overtime_premium",
        Group.PAY,
        SHARE_TIERS,
        "paid minutes of the shift : share of the hourly cost",
        "Holds instead of `overtime_day_premium` for minutes that carry `rest_day_premium` or "
        "`holiday_premium`; 1440:0 says that these are never overtime.",
    ),
    Rule(
        "premium_stacking",
        Group.PAY,
        values.STACKING,
        "",
        "How premiums on the same minute go together. `add` (the default): those for overtime and night, "
        "and the highest of holiday, Sunday and rest day, add up. `multiply`: each applies to what the "
        "others give. `highest`: only the highest counts.",
    ),
    Rule(
        "notice_days",
        Group.NOTICE,
        whole(0, 366),
        "days",
        "A rota is published at least so many days before its first date. Neither the rota nor its check "
        "depends on it.",
    ),
)

VOCABULARY: Mapping[str, Rule] = {rule.name: rule for rule in _RULES}
"""Every rule by name, in the order of the documentation."""
