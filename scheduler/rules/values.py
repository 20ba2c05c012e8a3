"""Kinds of values that a labour rule may have: how each is written and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from forecasting.hours import minute_of_day

__all__ = [
    "MINUTE_LIST",
    "MINUTE_TIERS",
    "NAME",
    "SHARE",
    "SHARE_TIERS",
    "STACKING",
    "TIME_OF_DAY",
    "TRUTH",
    "Stacking",
    "Tier",
    "Tiers",
    "ValueKind",
    "tier_value",
    "whole",
]

MOST_MINUTES = 1440
STEP_MINUTES = 5
"""Shifts and breaks lie on whole steps, and so does what pay depends on."""

MOST_SHARE = 10.0
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,3}(\.\d{1,9})?", re.ASCII)
_PACK = re.compile(r"\S(.{0,98}\S)?")


class Stacking(StrEnum):
    """How premiums that fall on the same minute go together."""

    ADD = "add"
    MULTIPLY = "multiply"
    HIGHEST = "highest"


@dataclass(frozen=True)
class Tier:
    """What holds from a threshold of minutes on: beyond it, or (``reached``) as soon as it is reached."""

    threshold: int
    value: float
    reached: bool = False

    def applies(self, minutes: float) -> bool:
        """Tell whether so many minutes are in this tier, or beyond it."""
        return minutes >= self.threshold if self.reached else minutes > self.threshold


Tiers = tuple[Tier, ...]


def tier_value(tiers: Tiers, minutes: float) -> float:
    """Return the value of the last tier that applies to so many minutes; 0 before the first.

    Examples
    --------
    >>> breaks = (Tier(360, 30), Tier(540, 45))
    >>> tier_value(breaks, 360), tier_value(breaks, 365), tier_value(breaks, 600)
    (0.0, 30.0, 45.0)
    """
    return float(next((tier.value for tier in reversed(tiers) if tier.applies(minutes)), 0.0))


@dataclass(frozen=True)
class ValueKind:
    """A kind of value.

    Parameters
    ----------
    rule
        What a cell must hold, to follow "must be".
    read
        Turns stripped text into the value; raises ValueError.
    """

    rule: str
    read: Callable[[str], object]


def whole(low: int, high: int) -> ValueKind:
    """Return the kind of whole numbers from ``low`` to ``high``."""

    def read(text: str) -> int:
        value = _read_whole(text)
        if not low <= value <= high:
            raise ValueError
        return value

    return ValueKind(f"a whole number from {low:,} to {high:,}", read)


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _read_share(text: str) -> float:
    if not _DECIMAL.fullmatch(text) or float(text) > MOST_SHARE:
        raise ValueError
    return float(text)


def _read_share_tiers(text: str) -> Tiers:
    tiers = _tiers(_read_share)(text)
    if any(tier.threshold % STEP_MINUTES for tier in tiers):
        raise ValueError
    return tiers


def _read_time(text: str) -> int:
    minute = minute_of_day(text)
    if minute % STEP_MINUTES:
        raise ValueError
    return minute


def _read_truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


def _read_name(text: str) -> str:
    if not _PACK.fullmatch(text):
        raise ValueError
    return text


def _tiers(read_value: Callable[[str], float]) -> Callable[[str], Tiers]:
    def read(text: str) -> Tiers:
        tiers = [_read_tier(part.strip(), read_value) for part in text.split(";")]
        thresholds = [tier.threshold for tier in tiers]
        if thresholds != sorted(set(thresholds)):
            raise ValueError
        return tuple(tiers)

    return read


def _read_tier(text: str, read_value: Callable[[str], float]) -> Tier:
    threshold, colon, value = text.removeprefix(">=").partition(":")
    if not colon:
        raise ValueError
    return Tier(_read_whole(threshold.strip()), read_value(value.strip()), reached=text.startswith(">="))


def _read_minute_list(text: str) -> tuple[int, ...]:
    minutes = tuple(_read_whole(part.strip()) for part in text.split(";"))
    if list(minutes) != sorted(set(minutes)) or minutes[-1] > MOST_MINUTES:
        raise ValueError
    return minutes


TIME_OF_DAY = ValueKind(f"a time of day HH:MM on whole {STEP_MINUTES} minutes", _read_time)
SHARE = ValueKind("a share of the hourly cost like 0.25", _read_share)
TRUTH = ValueKind("true or false", _read_truth)
STACKING = ValueKind(" or ".join(Stacking), Stacking)
NAME = ValueKind("the name of a pack", _read_name)
MINUTE_TIERS = ValueKind(
    "THRESHOLD:MINUTES with rising thresholds, like 360:30;540:45 (over 360) or >=360:20 (from 360 on)",
    _tiers(_read_whole),
)
SHARE_TIERS = ValueKind(
    f"THRESHOLD:SHARE with rising thresholds on whole {STEP_MINUTES} minutes, like 480:0.5;720:1.0 "
    "(beyond 480 minutes: 50 % on top)",
    _read_share_tiers,
)
MINUTE_LIST = ValueKind("minutes in rising order, separated by semicolons", _read_minute_list)
