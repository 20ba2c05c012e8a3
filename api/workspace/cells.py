"""What a cell may hold: one parser for each kind of value, with its rule in words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from api.workspace.calendars import known_subdivisions
from forecasting.errors import InvalidInput
from forecasting.hours import minute_of_day, parse_hours, parse_weekdays
from forecasting.languages import canonical_language
from forecasting.timegrid import parse_instant, zone

__all__ = [
    "COUNTRY",
    "DATE",
    "EMAIL",
    "FIRST_YEAR",
    "HOURS",
    "IDENTIFIER",
    "INSTANT",
    "LANGUAGE",
    "LAST_YEAR",
    "NAME",
    "SUBDIVISION",
    "TEXT",
    "TIME_OF_DAY",
    "TRUTH",
    "WEEKDAYS_CELL",
    "ZONE",
    "CellParser",
    "choice",
    "date_or_instant",
    "list_of",
    "number",
    "whole",
]

FIRST_YEAR, LAST_YEAR = 1970, 2199
LONGEST_NUMBER = 40
LONGEST_LANGUAGE = 100
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


T = TypeVar("T")


@dataclass(frozen=True)
class CellParser(Generic[T]):
    """A kind of value.

    Parameters
    ----------
    rule
        What a cell must hold, in a planner's words, to follow "must be".
    read
        Turns the stripped, non-blank text into the value; raises ValueError, whose text (if any) says more.
    code
        Stable name of the fault.
    """

    rule: str
    read: Callable[[str], T]
    code: str = "invalid"


def number(
    low: float, high: float = math.inf, *, above: bool = False, below: bool = False
) -> CellParser[float]:
    """Return a parser of decimal numbers from ``low`` to ``high``.

    ``above`` leaves ``low`` itself out, ``below`` leaves ``high`` out.
    """
    if high == math.inf:
        rule = f"a number {'above' if above else 'of at least'} {_plain(low)}"
    else:
        bounds = f"{_plain(low)}, {_plain(high)}"
        rule = f"a number in {'(' if above else '['}{bounds}{')' if below else ']'}"

    def read(text: str) -> float:
        value = _float(text)
        if not math.isfinite(value) or not low <= value <= high:
            raise ValueError
        if (above and value == low) or (below and value == high):
            raise ValueError
        return value

    return CellParser(rule, read, "out_of_range")


def _float(text: str) -> float:
    # The pattern would try every way to share out a long row of digits.
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise ValueError("decimals follow a point" if "," in text else "")
    return float(text)


def _plain(bound: float) -> str:
    return f"{bound:,.15g}"


def whole(low: int, high: int = 10_000_000, *, step: int = 1) -> CellParser[int]:
    """Return a parser of whole numbers from ``low`` to ``high`` in multiples of ``step``."""
    rule = f"a whole number from {low:,} to {high:,}" + (f" in steps of {step}" if step > 1 else "")

    def read(text: str) -> int:
        # "30.0" is how tools write a whole number in a column that has blanks.
        value = _float(text)
        if not value.is_integer() or not low <= value <= high or value % step:
            raise ValueError
        return int(value)

    return CellParser(rule, read, "out_of_range")


def choice(kinds: type[StrEnum]) -> CellParser[StrEnum]:
    """Return a parser of the values of an enumeration."""

    def read(text: str) -> StrEnum:
        return kinds(text.lower())

    return CellParser(" or ".join(kind.value for kind in kinds), read, "unknown_value")


def list_of(item: CellParser[str], what: str) -> CellParser[tuple[str, ...]]:
    """Return a parser of values separated by semicolons."""

    def read(text: str) -> tuple[str, ...]:
        pieces = [piece.strip() for piece in text.split(";")]
        values = tuple(item.read(piece) for piece in pieces if piece)
        if len(set(values)) < len(values):
            raise ValueError("one is named twice")
        if not values:
            raise ValueError
        return values

    return CellParser(f"{what}, separated by semicolons", read, item.code)


def _read_text(text: str) -> str:
    if len(text) > 1000 or not text.replace("\n", " ").replace("\r", " ").replace("\t", " ").isprintable():
        raise ValueError
    return text


def _read_name(text: str) -> str:
    if len(text) > 100 or not text.isprintable() or re.search(r"[;:@>,*]", text):
        raise ValueError
    return text


def _read_identifier(text: str) -> str:
    if len(text) > 200 or not text.isprintable() or ";" in text:
        raise ValueError
    return text


def _in_years(text: str) -> None:
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise ValueError(f"years {FIRST_YEAR} to {LAST_YEAR}")


def _read_date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError
    _in_years(text)
    return date.fromisoformat(text)


def _read_instant(text: str) -> datetime:
    if not _INSTANT.fullmatch(text):
        raise ValueError
    _in_years(text)
    return parse_instant(text.upper())


def _read_language(text: str) -> str:
    if len(text) > LONGEST_LANGUAGE:
        raise ValueError
    return canonical_language(text)


def _read_zone(text: str) -> str:
    try:
        return str(zone(text).zone)
    except InvalidInput:
        raise ValueError from None


def _read_truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


def _read_country(text: str) -> str:
    if text not in known_subdivisions():
        raise ValueError
    return text


def _matching(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError
        return text

    return read


TEXT = CellParser("text of at most 1,000 characters", _read_text, "text")
NAME = CellParser("a name of at most 100 characters without ; : @ > , *", _read_name, "name")
IDENTIFIER = CellParser("a name of at most 200 characters without ;", _read_identifier, "name")
EMAIL = CellParser("an e-mail address", _matching(r"[^@\s;,]+@[^@\s;,]+"), "email")
DATE = CellParser("a date like 2026-03-29", _read_date, "date")
INSTANT = CellParser("an instant with offset like 2026-03-29T01:00:00Z", _read_instant, "instant")
TIME_OF_DAY = CellParser("a time of day HH:MM", minute_of_day, "time_of_day")
TRUTH = CellParser("true or false", _read_truth, "unknown_value")
LANGUAGE = CellParser("a BCP 47 language tag like lv or pt-BR", _read_language, "unknown_language")
ZONE = CellParser("an IANA time zone like Europe/Riga", _read_zone, "unknown_zone")
COUNTRY = CellParser("an ISO 3166-1 code of two capital letters, like GB", _read_country, "unknown_country")
SUBDIVISION = CellParser(
    "an ISO 3166-2 code like BY or DE-BY", _matching("([A-Z]{2}-)?[A-Z0-9]{1,3}"), "subdivision"
)
WEEKDAYS_CELL = CellParser("weekdays like mon;wed-fri", parse_weekdays, "weekdays")
HOURS = CellParser(
    "opening hours like mon-fri 07:00-24:00; sat 08:00-14:00; holidays closed", parse_hours, "hours"
)


def date_or_instant(text: str) -> date | datetime:
    """Read a date (local days) or an instant; the latter is a ``datetime``."""
    return _read_date(text) if _DATE.fullmatch(text) else _read_instant(text)
