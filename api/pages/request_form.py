"""The form that asks for a rota: texts of its fields into options, or into errors beside the fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

__all__ = ["FIELD_NAMES", "FormReading", "read_form"]

FIELD_NAMES = {
    "workspace_id": "Workspace",
    "workspace": "Upload",
    "start": "First day",
    "days": "Days",
    "service_level_percent": "Service level",
    "time_limit_seconds": "Time limit",
    "gap_percent": "Good enough",
    "seed": "Seed",
}


@dataclass
class FormReading:
    """Options as the JSON API names them, and what is wrong with the fields, by field."""

    options: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_form(form: Mapping[str, str], *, longest_seconds: float) -> FormReading:
    """Read the fields that the planner filled in; an empty one leaves the choice to the workspace.

    Parameters
    ----------
    longest_seconds
        The service's limit on one run's time.

    Examples
    --------
    >>> read_form({"days": "7", "service_level_percent": "80"}, longest_seconds=60).options
    {'days': 7, 'service_level': 0.8}
    >>> read_form({"days": "400"}, longest_seconds=60).errors
    {'days': 'must be a whole number from 1 to 366, got 400'}
    """
    reading = FormReading()
    for name, option, parse, rule in (
        ("start", "start", _date, "must be a date such as 2026-03-29"),
        ("days", "days", _whole(1, 366), "must be a whole number from 1 to 366"),
        ("service_level_percent", "service_level", _percent(0, 100), "must be more than 0 and less than 100"),
        (
            "time_limit_seconds",
            "time_limit_seconds",
            _seconds(longest_seconds),
            f"must be above 0 and at most {longest_seconds:g}, the longest run of this service",
        ),
        ("gap_percent", "gap", _gap, "must be from 0 to 100"),
        ("seed", "seed", _whole(0, 2**31 - 1), "must be a whole number, 0 or more"),
    ):
        text = form.get(name, "").strip()
        if not text:
            continue
        try:
            reading.options[option] = parse(text)
        except ValueError:
            reading.errors[name] = f"{rule}, got {text[:80]}"
    return reading


def _date(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return parse


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _seconds(most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = _number(text)
        if not 0 < value <= most:
            raise ValueError(text)
        return value

    return parse


def _percent(above: float, below: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = _number(text)
        if not above < value < below:
            raise ValueError(text)
        # 82.3 / 100 is 0.8230000000000001: the planner's digits are kept.
        return round(value / 100, 12)

    return parse


def _gap(text: str) -> float:
    value = _number(text)
    if not 0 <= value <= 100:
        raise ValueError(text)
    return round(value / 100, 12)
