"""``plan.toml``: the horizon, the step, the exchange rates of the objective."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from api.workspace.cells import DATE, CellParser, number, whole
from api.workspace.currencies import CURRENCIES, CURRENCY
from api.workspace.faults import FaultList, did_you_mean
from scheduler.settings import PlanSettings, Weights

__all__ = ["PLAN_FILE", "SETTINGS", "read_plan_toml"]

PLAN_FILE = "plan.toml"
INTERVALS = (15, 30, 60)
_TABLES = ("rates", "weights", "forecast", "staffing", "solver")
_WEIGHT = number(0, 1_000_000)
_RATE = number(0, 1_000_000_000, above=True)


def _read_interval(text: str) -> int:
    if text not in map(str, INTERVALS):
        raise ValueError
    return int(text)


SETTINGS: Mapping[str, CellParser[Any]] = {
    "start": CellParser("a date like 2026-03-29, without quotes", DATE.read, "date"),
    "days": whole(1, 366),
    "interval_minutes": CellParser("15, 30 or 60", _read_interval, "unknown_value"),
    "currency": CURRENCY,
}
"""The settings outside any table, and what they may be."""


class _Reader:
    """Takes values out of the parsed file, noting what is wrong with them."""

    def __init__(self, faults: FaultList) -> None:
        self._faults = faults

    def blame(self, key: str, rule: str, value: object, code: str) -> None:
        shown = None if value is None else _show(value)
        self._faults.add(rule, file=PLAN_FILE, column=key, value=shown, code=code)

    def value(self, key: str, value: object, parser: CellParser[Any], kind: type) -> Any:
        """Return the value if it has the right type and obeys its rule, else None."""
        name = key.rpartition(".")[2]
        right = type(value) is kind or (kind is float and type(value) is int)
        try:
            if right:
                return parser.read(value.isoformat() if isinstance(value, date) else str(value))
        except ValueError as error:
            detail = f": {error}" if str(error) else ""
            self.blame(key, f"{name} must be {parser.rule}{detail}", value, parser.code)
            return None
        self.blame(key, f"{name} must be {parser.rule}", value, "wrong_type")
        return None

    def table(self, data: dict[str, object], name: str) -> dict[str, object]:
        found = data.get(name, {})
        if isinstance(found, dict):
            return found
        self.blame(name, f"{name} must be a table: [{name}]", found, "wrong_type")
        return {}

    def unknown(self, key: str, value: object, known: tuple[str, ...]) -> None:
        name = key.rpartition(".")[2]
        self.blame(key, f"unknown setting{did_you_mean(name, known)}", value, "unknown_setting")


def read_plan_toml(content: bytes, faults: FaultList) -> PlanSettings | None:
    """Read the settings; None where a fault was noted."""
    try:
        data: dict[str, object] = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        faults.add("must be UTF-8 text", file=PLAN_FILE, code="encoding")
        return None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        faults.add(f"must be valid TOML: {error}", file=PLAN_FILE, code="toml")
        return None
    before = len(faults)
    reader = _Reader(faults)
    known = (*SETTINGS, *_TABLES)
    for name in data.keys() - set(known):
        reader.unknown(name, data[name], known)
    kinds = {"start": date, "days": int, "interval_minutes": int, "currency": str}
    plain: dict[str, Any] = {
        name: reader.value(name, data[name], parser, kinds[name])
        for name, parser in SETTINGS.items()
        if name in data
    }
    for name in ("start", "days"):
        if name not in data:
            reader.blame(name, f"{name} is required", None, "required")
    rates = _read_rates(reader, reader.table(data, "rates"))
    weights = _read_weights(reader, reader.table(data, "weights"))
    parts: dict[str, Any] = {name: reader.table(data, name) for name in ("forecast", "staffing", "solver")}
    if len(faults) > before:
        return None
    return PlanSettings(**plain, rates=rates, weights=weights, **parts)


def _read_rates(reader: _Reader, table: dict[str, object]) -> dict[str, float]:
    rates = {}
    for currency, value in table.items():
        if currency not in CURRENCIES:
            reader.unknown(f"rates.{currency}", value, tuple(sorted(CURRENCIES)))
            continue
        rates[currency] = reader.value(f"rates.{currency}", value, _RATE, float)
    return rates


def _read_weights(reader: _Reader, table: dict[str, object]) -> Weights:
    known = tuple(field.name for field in fields(Weights))
    weights = {}
    for name, value in table.items():
        if name not in known:
            reader.unknown(f"weights.{name}", value, known)
            continue
        weights[name] = reader.value(f"weights.{name}", value, _WEIGHT, float)
    return Weights(**weights)


def _show(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str) else str(value)
