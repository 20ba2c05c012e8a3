"""The terms in which labour rules are defined."""

from __future__ import annotations

__all__ = ["TERMS"]

TERMS: tuple[tuple[str, str], ...] = (
    ("elapsed minutes", "Minutes between two instants, whatever clocks are changed in between."),
    ("paid minutes", "A shift's elapsed minutes less its unpaid breaks: what contracts count."),
    (
        "date of a shift",
        "The site's local date at its start. A date on which a shift starts is a date worked.",
    ),
    ("week", "Monday to Sunday of local dates. A shift belongs wholly to the week of its date."),
    (
        "Sunday, public holiday",
        "The time from the first to the last instant of that local date, whichever shift it falls in. Public "
        "holidays are those of the site's country and subdivision.",
    ),
    (
        "counting break",
        "A break of at least `min_break_minutes` that neither begins with the shift nor ends with it.",
    ),
    (
        "night shift",
        "A shift with at least `night_threshold_minutes` elapsed minutes between `night_from` and "
        "`night_until` of the site's clock; a pack without them means 180 minutes, 23:00 and 06:00.",
    ),
    (
        "rest day",
        "The seventh date worked of one week, where all seven are. (A rota leaves rest days free; work on "
        "one is work on the last.)",
    ),
    (
        "overtime",
        "Paid minutes beyond the first threshold of `overtime_day_premium`, counted in the shift's order "
        "of time; and of the week's other minutes, in order of time, those beyond the first threshold of "
        "`overtime_week_premium`. Minutes on a rest day or a public holiday that carry its premium count "
        "towards no week, and beyond `rest_day_overtime_premium` instead, where the pack states it.",
    ),
    (
        "known weeks",
        "The weeks that the plan touches and, before them, those from the first date on of which history or "
        "fixed work says anything about the agent. What is not recorded was not worked.",
    ),
    (
        "work before the plan",
        "A day of history was worked for its minutes before its `end`, all day long where it states none.",
    ),
    (
        "in force",
        "A rule about a shift is the one in force on its date; about the rest before a shift or a run of "
        "dates, on the later date; about a week, month or year, on its first date inside the plan; about a "
        "reference period, on that of its last week.",
    ),
)
