"""What a day off or a shift does to the counters of a partial tour, and what rules it breaks.

Rules of runs may be impossible to keep: then each day that is missing or too many costs ``BROKEN``. Fixed
work may break a rule: then each unit of the excess costs far more, so that nothing adds to it. Of dates on
which the agent is not employed nothing is known: no run goes on there or ends there.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = [
    "AROUND_FIXED",
    "BROKEN",
    "BY_FIXED",
    "COUNTERS",
    "FIXED",
    "LAWFUL",
    "LIMITS",
    "NEVER",
    "NO_END",
    "SHARE",
    "SPAN",
    "end_rest",
    "finish",
    "key_of",
    "last_rest",
    "leave",
    "new_week",
    "rest",
    "work",
]

BROKEN = 1e5
"""Price of a unit of a hard rule's breach; far above anything that coverage may gain."""
BY_FIXED = 100.0
"""Units that one unit counts of a rule which fixed work breaks: planned work makes room for it, even where
a rule of runs is broken for that."""
FIXED, AROUND_FIXED = 1, 2
"""In an option: that it is fixed work alone, or a shift planned around other fixed work, whose date is a
working day anyhow."""
LAWFUL = -BROKEN / 2
"""A tour worth less than this breaks a rule."""
NEVER = -1e300
"""Worth of what is not possible."""
NO_END = -(1 << 40)

LIMITS = (
    "min_rest", "max_week", "max_days_week", "max_running", "min_running", "least_off", "most_off",
    "max_plan", "max_nights", "max_weekends", "tolerance", "week_counts", "plan_counts",
    "template_counts", "max_sundays", "weekly_rest",
)  # fmt: skip
"""Names of the columns of ``limits``. Minutes, days or counts; −1: no limit. Those that end in ``counts`` say
whether labels must keep week minutes, plan minutes or the last template apart."""

COUNTERS = (
    "run", "free", "end", "template", "week", "days", "plan", "nights", "weekends", "here", "low", "high",
    "worked", "sundays", "sunday", "need", "long",
)  # fmt: skip
"""Names of a label's counters: run of days worked (> 0) or off (< 0), whether its beginning is unknown, end
of the last shift, its template, minutes and days of this week, minutes of the plan, nights, weekends worked,
whether this weekend is among them, least and most wall-clock start of this week, days worked in all, Sundays
in a row with work up to the week before, whether this week's has any, what the weekly rest still needs (0
nothing, 1 a rest of this week, 2 also that the open rest, in which the week before has its share, becomes
long enough), and the end of the last work that ends a weekly rest."""

SPAN = ("from", "until", "exempt", "minutes", "days", "low", "high", "sunday")
"""Names of what is known of a week beforehand: its first instant and the next week's in minutes, whether it
needs no weekly rest, and what is worked of it after the horizon: minutes, days, least and most wall-clock
start (also of shifts fixed within it), and whether any of it is on its Sunday."""

(
    RUN, FREE, END, TEMPLATE, WEEK, DAYS, PLAN, NIGHTS, WEEKENDS, HERE, LOW, HIGH, WORKED, SUNDAYS, SUNDAY,
    NEED, LONG,
) = range(17)  # fmt: skip
(
    MIN_REST, MAX_WEEK, MAX_DAYS_WEEK, MAX_RUNNING, MIN_RUNNING, LEAST_OFF, MOST_OFF, MAX_PLAN,
    MAX_NIGHTS, MAX_WEEKENDS, TOLERANCE, WEEK_COUNTS, PLAN_COUNTS, TEMPLATE_COUNTS, MAX_SUNDAYS, WEEKLY_REST,
) = range(16)  # fmt: skip
DAY = 1440
SHARE = DAY
"""Minutes of a weekly rest that must lie in the week, or all of it where it is to be shorter."""


@njit("i8(i8[::1], i8[::1], i8)", cache=True)
def key_of(label, limits, floor):  # type: ignore[no-untyped-def]
    """Hash what later days can tell apart; a start before ``floor`` + rest is out of question anyway."""
    key = np.int64(1469598103)
    parts = (
        label[RUN] * 2 + label[FREE],
        max(label[END], floor),
        label[TEMPLATE] if limits[TEMPLATE_COUNTS] else 0,
        label[WEEK] if limits[WEEK_COUNTS] else 0,
        label[DAYS] if limits[MAX_DAYS_WEEK] < 7 else 0,
        label[PLAN] if limits[PLAN_COUNTS] else 0,
        label[NIGHTS] if limits[MAX_NIGHTS] >= 0 else 0,
        label[WEEKENDS] * 2 + label[HERE] if limits[MAX_WEEKENDS] >= 0 else 0,
        label[LOW] if limits[TOLERANCE] >= 0 else 0,
        label[HIGH] if limits[TOLERANCE] >= 0 else 0,
        label[SUNDAYS] * 2 + label[SUNDAY] if limits[MAX_SUNDAYS] >= 0 else 0,
        label[NEED],
        max(label[LONG], floor) if limits[WEEKLY_REST] >= 0 else 0,
    )
    for part in parts:
        key = (key ^ (part + 7919)) * np.int64(1099511628211)
        key ^= (key >> 29) & np.int64(0x7FFFFFFFF)
    return key & np.int64(0x7FFFFFFFFFFFFFFF)


@njit("f8(i8[::1], i8[::1], i8[::1], b1[:, ::1], i8, i8[::1])", cache=True)
def work(label, option, limits, forbidden, weekend, new):  # type: ignore[no-untyped-def]
    """Work an option after a label; return the price of broken rules, NEVER if it may not be.

    ``option``: start, end, paid minutes, night, wall-clock minute, template, fixed, Sunday.

    Rules of dates cannot be kept by leaving out a shift on a date of fixed work; days off that are too few
    before it may have no remedy, like other rules of runs.
    """
    start, end, paid, night, wall, template, fixed, sunday = option
    new[:] = label
    broken = 0.0
    of_dates = 0.0
    off_missing = 0.0
    if start - label[END] < limits[MIN_REST]:
        broken += 1
    if label[RUN] > 0:
        if template >= 0 and label[TEMPLATE] >= 0 and forbidden[label[TEMPLATE], template]:
            broken += 1
        new[RUN] = label[RUN] + 1
        if limits[MAX_RUNNING] >= 0 and new[RUN] > limits[MAX_RUNNING]:
            of_dates += 1
            new[RUN] = limits[MAX_RUNNING] + 1
        elif limits[MAX_RUNNING] < 0:
            new[RUN] = min(new[RUN], max(1, limits[MIN_RUNNING]))
    else:
        if label[RUN] < 0 and not label[FREE] and -label[RUN] < limits[LEAST_OFF]:
            off_missing += limits[LEAST_OFF] + label[RUN]
        new[RUN] = 1
        new[FREE] = 1 if label[RUN] == 0 else 0
    new[END] = end
    new[LONG] = end
    new[NEED] = min(1, label[NEED])
    new[TEMPLATE] = template
    new[WEEK] += paid
    new[DAYS] += 1
    new[PLAN] += paid
    new[NIGHTS] += night
    new[WORKED] += 1
    if limits[MAX_WEEK] >= 0 and new[WEEK] > limits[MAX_WEEK]:
        broken += new[WEEK] - max(limits[MAX_WEEK], label[WEEK])
    if new[DAYS] > limits[MAX_DAYS_WEEK]:
        of_dates += 1
    if limits[MAX_PLAN] >= 0 and new[PLAN] > limits[MAX_PLAN]:
        broken += new[PLAN] - max(limits[MAX_PLAN], label[PLAN])
    if night and limits[MAX_NIGHTS] >= 0 and new[NIGHTS] > limits[MAX_NIGHTS]:
        broken += 1
    if weekend and not label[HERE]:
        new[HERE] = 1
        new[WEEKENDS] += 1
        if limits[MAX_WEEKENDS] >= 0 and new[WEEKENDS] > limits[MAX_WEEKENDS]:
            of_dates += 1
    if limits[TOLERANCE] >= 0:
        new[LOW] = min(label[LOW], wall)
        new[HIGH] = max(label[HIGH], wall)
        before = max(limits[TOLERANCE], label[HIGH] - label[LOW])
        if new[HIGH] - new[LOW] > before:
            # Days, not minutes: fixed work alone that starts unevenly breaks nothing.
            broken += (new[HIGH] - new[LOW] - before) / DAY
    if sunday and not label[SUNDAY]:
        new[SUNDAY] = 1
        if limits[MAX_SUNDAYS] >= 0 and label[SUNDAYS] + 1 > limits[MAX_SUNDAYS]:
            broken += 1
    if (broken > 0 and fixed != FIXED) or (of_dates + off_missing > 0 and not fixed):
        return NEVER
    return -BROKEN * (BY_FIXED * (broken + of_dates) + off_missing)


@njit("f8(i8[::1], i8, i8[::1], i8[::1], i8[::1])", cache=True)
def end_rest(label, start, limits, span, new):  # type: ignore[no-untyped-def]
    """End the rest after a label by work, which makes it a weekly rest or not; return the price of none."""
    if limits[WEEKLY_REST] < 0:
        return 0.0
    enough = start - label[LONG] >= limits[WEEKLY_REST]
    if enough and (span[2] or start - span[0] >= min(SHARE, limits[WEEKLY_REST])):
        new[NEED] = 0
    return -BROKEN * BY_FIXED if label[NEED] == 2 and not enough else 0.0


@njit("f8(i8[::1], i8[::1], i8[::1])", cache=True)
def new_week(label, limits, span):  # type: ignore[no-untyped-def]
    """Begin a week; return the price of what the one before lacks of its rest."""
    label[WEEK], label[DAYS], label[LOW], label[HIGH] = span[3], span[4], span[5], span[6]
    label[SUNDAYS] = min(label[SUNDAYS] + 1, max(0, limits[MAX_SUNDAYS])) if label[SUNDAY] else 0
    label[SUNDAY] = span[7]
    if limits[WEEKLY_REST] < 0:
        return 0.0
    owed = False
    broken = 0.0
    if label[NEED] == 1:
        owed = label[LONG] + limits[WEEKLY_REST] > span[0]
        if label[LONG] > span[0] - min(SHARE, limits[WEEKLY_REST]):
            broken = 1.0
            owed = False
    label[NEED] = 2 if owed else 1 - span[2]
    return -BROKEN * BY_FIXED * broken


@njit("f8(i8[::1], i8[::1], i8[::1])", cache=True)
def finish(label, limits, ahead):  # type: ignore[no-untyped-def]
    """Return the price of runs that break a rule together with given work after the horizon.

    ``ahead``: start of that work, days in a row of it from the horizon's end on, Sundays in a row of it
    from the first Sunday after the horizon's last week on, and whether that week's Sunday has some.
    """
    broken = 0.0
    if label[RUN] > 0 and ahead[1] > 0 and limits[MAX_RUNNING] >= 0:
        broken += max(0, label[RUN] + ahead[1] - max(limits[MAX_RUNNING], ahead[1]))
    off_missing = 0.0
    if label[RUN] < 0 and ahead[1] > 0 and not label[FREE]:
        off_missing += max(0, limits[LEAST_OFF] + label[RUN])
    given = ahead[2] + ahead[3]
    if limits[MAX_SUNDAYS] >= 0 and label[SUNDAY] and given > 0:
        broken += max(0, label[SUNDAYS] + 1 + ahead[2] - max(limits[MAX_SUNDAYS], given))
    return -BROKEN * (BY_FIXED * broken + off_missing)


@njit("f8(i8[::1], i8[::1], i8[::1], i8)", cache=True)
def last_rest(label, limits, span, ahead):  # type: ignore[no-untyped-def]
    """Return the price of what the last week lacks of its rest; ``ahead``: start of work after it."""
    if limits[WEEKLY_REST] < 0 or label[NEED] == 0:
        return 0.0
    enough = ahead - label[LONG] >= limits[WEEKLY_REST]
    if label[NEED] == 1 and min(span[1], ahead) - label[LONG] < min(SHARE, limits[WEEKLY_REST]):
        enough = False
    return 0.0 if enough else -BROKEN * BY_FIXED


@njit("f8(i8[::1], i8[::1], i8[::1])", cache=True)
def rest(label, limits, new):  # type: ignore[no-untyped-def]
    """Have a day off after a label; return the price of broken rules."""
    new[:] = label
    broken = 0.0
    if label[RUN] > 0:
        if not label[FREE] and label[RUN] < limits[MIN_RUNNING]:
            broken += limits[MIN_RUNNING] - label[RUN]
        new[RUN] = -1
        new[FREE] = 0
    elif label[RUN] == 0:
        new[RUN] = -1
        new[FREE] = 1
    else:
        new[RUN] = label[RUN] - 1
    if limits[MOST_OFF] >= 0 and -new[RUN] > limits[MOST_OFF]:
        broken += 1
        new[RUN] = -max(limits[MOST_OFF], limits[LEAST_OFF]) - 1
    elif limits[MOST_OFF] < 0:
        new[RUN] = max(new[RUN], -max(1, limits[LEAST_OFF]))
    return -BROKEN * broken


@njit("void(i8[::1], i8[::1])", cache=True)
def leave(label, new):  # type: ignore[no-untyped-def]
    """Have a date without employment after a label: what was worked before it, and after, is not known."""
    new[:] = label
    new[RUN] = 0
    new[FREE] = 1
