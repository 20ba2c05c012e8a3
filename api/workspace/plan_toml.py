"""``plan.toml``: the horizon, the step, the exchange rates of the objective."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from api.workspace.cells import DATE, CellParser, choice, number, whole
from api.workspace.currencies import CURRENCIES, CURRENCY
from api.workspace.faults import FaultList, brief, did_you_mean
from scheduler.settings import PlanSettings, Weights
from scheduler.staffing.options import Pooling, Repeats, StaffingOptions

__all__ = [
    "PLAN_FILE",
    "RATE",
    "SETTINGS",
    "SOLVER_SETTINGS",
    "STAFFING_SETTINGS",
    "WEIGHTS",
    "Setting",
    "read_plan_toml",
]

PLAN_FILE = "plan.toml"
INTERVALS = (15, 30, 60)


@dataclass(frozen=True)
class Setting:
    """One setting: its TOML type, what it may be, and what it is for."""

    kind: type
    parser: CellParser[Any]
    meaning: str
    required: bool = False
    default_text: str = ""


def _read_interval(text: str) -> int:
    if text not in map(str, INTERVALS):
        raise ValueError
    return int(text)


SETTINGS: Mapping[str, Setting] = {
    "start": Setting(
        date,
        CellParser("a date like 2026-03-29, without quotes", DATE.read, "date"),
        "First local date: of the region for forecasts and requirements, of the site for shifts.",
        required=True,
    ),
    "days": Setting(int, whole(1, 366), "Local dates planned.", required=True),
    "interval_minutes": Setting(
        int,
        CellParser("15, 30 or 60", _read_interval, "unknown_value"),
        "Planning step.",
        default_text="15",
    ),
    "currency": Setting(str, CURRENCY, "Currency of the plan.", default_text="EUR"),
}
SOLVER_SETTINGS: Mapping[str, Setting] = {
    "time_limit_seconds": Setting(
        float, number(0), "Longest search for a rota.", default_text="120 where no limit is given"
    ),
    "work_limit": Setting(
        int, whole(0, 10**12), "Units of work; equal inputs then give equal rotas.", default_text="none"
    ),
    "gap": Setting(
        float, number(0), "Stop at this gap, as a share of the required agent-hours.", default_text="none"
    ),
    "seed": Setting(int, whole(0, 2**31 - 1), "Of every random choice.", default_text="0"),
    "workers": Setting(int, whole(1, 1024), "Cores to use.", default_text="2"),
}
_USUAL = StaffingOptions()
STAFFING_SETTINGS: Mapping[str, Setting] = {
    "pooling": Setting(
        str,
        choice(Pooling),
        "Requirement by formulas, queue by queue; or moved to where the simulated rota meets every target "
        "with the fewest agents.",
        default_text=str(_USUAL.pooling),
    ),
    "repeats": Setting(
        str,
        choice(Repeats),
        "Repeat contacts by `repeat_rate` of queues.csv, or as measured from `reopened` of tickets.csv.",
        default_text=str(_USUAL.repeats),
    ),
    "redial_rate": Setting(
        float,
        number(0, 1, below=True),
        "Share of customers who gave up that try again.",
        default_text=f"{_USUAL.redial_rate:g}",
    ),
    "redial_after_minutes": Setting(
        float,
        number(0, 1440),
        "Mean time until they do.",
        default_text=f"{_USUAL.redial_after_minutes:g}",
    ),
}
_WEIGHED = {
    "cost": "Per unit of the plan's currency.",
    "wish": "Per refused wish, times its weight and the agent's `wish_factor`.",
    "night": "Per night shift.",
    "fairness": "Per unit of squared excess over an agent's fair share.",
    "stability": "Per shift changed against an earlier rota.",
    "translation": "Per hour served by machine translation.",
    "under_contract": "Per paid hour missing from a contract's minimum.",
    "overstaffing": "Per agent-hour above the requirement.",
}
WEIGHTS: Mapping[str, Setting] = {
    field.name: Setting(float, number(0, 1_000_000), _WEIGHED[field.name], default_text=f"{field.default:g}")
    for field in fields(Weights)
}
"""Exchange rates into the objective's unit, the agent-hour of missing coverage at priority 1."""
RATE = Setting(float, number(0, 1e9, above=True), "Value of one unit of another currency in the plan's.")

_PARTS: Mapping[str, Mapping[str, Setting]] = {
    "rates": dict.fromkeys(sorted(CURRENCIES), RATE),
    "weights": WEIGHTS,
    "solver": SOLVER_SETTINGS,
    "forecast": {},
    "staffing": STAFFING_SETTINGS,
}
"""Settings by table of the file."""


def read_plan_toml(content: bytes, faults: FaultList) -> PlanSettings | None:
    """Read the settings; None where a fault was noted."""
    try:
        data: dict[str, object] = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        faults.add("must be UTF-8 text", file=PLAN_FILE, code="encoding")
        return None
    except (ValueError, RecursionError) as error:
        faults.add(f"must be valid TOML: {brief(error)}", file=PLAN_FILE, code="toml")
        return None
    before = len(faults)
    parts: dict[str, dict[str, Any]] = {}
    for name, known in _PARTS.items():
        part = data.pop(name, {})
        if isinstance(part, dict):
            parts[name] = _read_settings(part, known, f"{name}.", faults)
        else:
            faults.add(
                f"{name} must be a table, [{name}]",
                file=PLAN_FILE,
                column=name,
                value=_show(part),
                code="wrong_type",
            )
    plain = _read_settings(data, SETTINGS, "", faults, also=tuple(_PARTS))
    if len(faults) > before:
        return None
    return PlanSettings(
        **plain,
        rates=parts["rates"],
        weights=Weights(**parts["weights"]),
        forecast=parts["forecast"],
        staffing=parts["staffing"],
        solver=parts["solver"],
    )


def _read_settings(
    data: Mapping[str, object],
    known: Mapping[str, Setting],
    prefix: str,
    faults: FaultList,
    *,
    also: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the sound settings of one table of the file."""
    settings = {}
    for name, value in data.items():
        if name in known:
            rule = _broken_rule(name, value, known[name])
            code = known[name].parser.code
        else:
            rule = f"unknown setting{did_you_mean(name, [*known, *also])}"
            code = "unknown_setting"
        if rule is not None:
            faults.add(rule, file=PLAN_FILE, column=prefix + name, value=_show(value), code=code)
        else:
            settings[name] = known[name].parser.read(_show(value))
    for name, setting in known.items():
        if setting.required and name not in data:
            faults.add(f"{name} is required", file=PLAN_FILE, column=prefix + name, code="required")
    return settings


def _broken_rule(name: str, value: object, setting: Setting) -> str | None:
    """Return what is wrong with a value, None if nothing."""
    rule = f"{name} must be {setting.parser.rule}"
    # type() because a bool is an int and a date-time is a date to isinstance.
    if type(value) is not setting.kind and not (setting.kind is float and type(value) is int):
        return rule
    try:
        setting.parser.read(_show(value))
    except ValueError as error:
        return f"{rule}: {brief(error)}" if str(error) else rule
    return None


def _show(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
