"""Opening hours on a wall clock: ``mon-thu 07:00-24:00; fri 07:00-14:00; holidays closed``."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ALWAYS_OPEN", "WEEKDAYS", "OpeningHours", "minute_of_day", "parse_hours", "parse_weekdays"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS = 7
"""Place of the holidays' own windows, after the seven weekdays."""

_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\Z")


def minute_of_day(text: str) -> int:
    """Return the minutes after midnight of ``HH:MM``; ``24:00`` ends a day.

    Raises
    ------
    ValueError
        If it is no time of day.
    """
    match = _TIME.match(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minutes <= 1440:
        raise ValueError(f"{text!r} is not a time of day HH:MM")
    return minutes


def parse_weekdays(text: str) -> frozenset[int]:
    """Return the weekdays (Monday is 0) of ``mon-thu`` or ``sat;sun`` or ``mon,wed-fri``.

    Raises
    ------
    ValueError
        If a name is not one of mon … sun.
    """
    days: set[int] = set()
    for part in re.split(r"[;,\s]+", text.strip().lower()):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            raise ValueError(f"{part!r} is not a weekday (mon … sun) or a range of them")
        low = WEEKDAYS.index(first)
        high = WEEKDAYS.index(last) if last else low
        days.update((low + step) % 7 for step in range((high - low) % 7 + 1))
    return frozenset(days)


@dataclass(frozen=True)
class OpeningHours:
    """When something is open, in wall-clock minutes.

    Parameters
    ----------
    windows
        Per weekday (Monday first) and, last, for public holidays: half-open windows in minutes after
        midnight. A window that ends after 1440 runs on into the next date. ``None`` in the last place
        means that holidays are days like others.
    """

    windows: tuple[tuple[tuple[int, int], ...] | None, ...]

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return all(day == ((0, 1440),) for day in self.windows[:7]) and self.windows[HOLIDAYS] is None

    def day_windows(self, weekday: int, *, holiday: bool) -> tuple[tuple[int, int], ...]:
        """Return the windows that begin on such a date."""
        special = self.windows[HOLIDAYS]
        if holiday and special is not None:
            return special
        return self.windows[weekday] or ()

    def is_open(self, weekday: int, minute: int, *, holiday: bool, holiday_before: bool) -> bool:
        """Tell whether the wall-clock minute of such a date lies inside a window.

        Parameters
        ----------
        weekday
            Of the date, Monday is 0.
        minute
            After midnight, 0–1439.
        holiday, holiday_before
            Whether the date, and the date before it, are public holidays.
        """
        today = self.day_windows(weekday, holiday=holiday)
        before = self.day_windows((weekday - 1) % 7, holiday=holiday_before)
        return any(low <= minute < high for low, high in today) or any(
            low <= minute + 1440 < high for low, high in before
        )


ALWAYS_OPEN = OpeningHours((*((((0, 1440),),) * 7), None))


def parse_hours(text: str) -> OpeningHours:
    """Read opening hours.

    Parameters
    ----------
    text
        Clauses separated by ``;``: days, then windows ``HH:MM-HH:MM`` separated by commas, or ``closed``
        or ``open``. Days are weekdays, ranges, ``daily`` or ``holidays``. A weekday not named is closed; a
        window whose end is not after its start crosses midnight. Blank: always open.

    Raises
    ------
    ValueError
        Naming the clause that cannot be read.

    Examples
    --------
    >>> parse_hours("mon-fri 22:00-06:00; holidays closed").is_open(
    ...     5, 300, holiday=False, holiday_before=False
    ... )
    True
    """
    if not text.strip():
        return ALWAYS_OPEN
    days: list[tuple[tuple[int, int], ...] | None] = [()] * 7 + [None]
    for clause in filter(None, (part.strip() for part in text.lower().split(";"))):
        name, _, rest = clause.partition(" ")
        windows = _parse_windows(rest.strip(), clause)
        if name == "holidays":
            days[HOLIDAYS] = windows
            continue
        for day in range(7) if name == "daily" else parse_weekdays(name):
            days[day] = (days[day] or ()) + windows
    if days[:7] == [()] * 7:
        # "holidays closed" alone: open at all other times.
        days[:7] = [((0, 1440),)] * 7
    return OpeningHours(tuple(days))


def _parse_windows(text: str, clause: str) -> tuple[tuple[int, int], ...]:
    if text == "closed":
        return ()
    if text == "open":
        return ((0, 1440),)
    windows = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not dash:
            raise ValueError(f"{clause!r} is not days followed by HH:MM-HH:MM, open or closed")
        low, high = minute_of_day(first.strip()), minute_of_day(last.strip())
        windows.append((low, high if high > low else high + 1440))
    return tuple(windows)
