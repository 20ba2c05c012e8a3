"""The result files of a plan as tables: what each holds, in the columns of the data contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from forecasting.snapshots import Snapshot
from forecasting.tables import ContactForecast
from scheduler.earlier import PRICE_COLUMNS
from scheduler.pay.price import price_shifts
from scheduler.rota import WORK, Break, Rota
from scheduler.workspace import Workspace

__all__ = [
    "COVERAGE_FILE",
    "FORECAST_FILE",
    "OPTIONAL_COLUMNS",
    "PRICES_FILE",
    "REPORT_FILE",
    "REQUIREMENT_FILE",
    "ROTA_FILE",
    "SERVICE_FILE",
    "SERVICE_INTERVALS_FILE",
    "TABLE_COLUMNS",
    "TIMELINE_FILE",
    "PlanFiles",
    "breaks_text",
    "rota_table",
    "timeline_table",
]

FORECAST_FILE = "forecast.csv"
REQUIREMENT_FILE = "requirement.csv"
ROTA_FILE = "rota.csv"
TIMELINE_FILE = "timeline.csv"
COVERAGE_FILE = "coverage.csv"
SERVICE_FILE = "service.csv"
SERVICE_INTERVALS_FILE = "service_intervals.csv"
PRICES_FILE = "prices.csv"
REPORT_FILE = "report.json"

_QUEUE = ("interval_start", "region", "language", "channel")


def _with_interval(*names: str) -> tuple[str, ...]:
    """Return columns of estimates, each with the ends of its 95 % interval."""
    return tuple(f"{name}{end}" for name in names for end in ("", "_low", "_high"))


_RATIOS = ("service_level", "asa_seconds", "abandonment", "occupancy", "backlog")
TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    FORECAST_FILE: (*_QUEUE, "contacts", "p10", "p50", "p90", "aht_seconds"),
    REQUIREMENT_FILE: (*_QUEUE, "agents", "load_erlangs", "service_level"),
    ROTA_FILE: (
        "agent",
        "site",
        "shift",
        "start",
        "end",
        "local_date",
        "time_zone",
        "paid_minutes",
        "unpaid_minutes",
        "night_minutes",
        "holiday_minutes",
        "overtime_minutes",
        "cost",
        "currency",
        "breaks",
    ),
    TIMELINE_FILE: ("agent", "start", "end", "activity", "region", "language", "channel", "translated"),
    COVERAGE_FILE: (*_QUEUE, "kind", "required", "scheduled", "short", "backlog"),
    PRICES_FILE: PRICE_COLUMNS,
    SERVICE_FILE: (
        "date",
        *_QUEUE[1:],
        "contacts",
        "answered_in_time",
        "left_waiting",
        *_with_interval(*_RATIOS),
        "service_level_p10",
        "service_level_p50",
        "service_level_p90",
        "target",
        *_with_interval("meets_target"),
    ),
    SERVICE_INTERVALS_FILE: (*_QUEUE, "contacts", *_with_interval(*_RATIOS)),
}
"""Columns of each file, in their order. Frames may have more; the others are not written."""
OPTIONAL_COLUMNS: Mapping[str, tuple[str, ...]] = {FORECAST_FILE: ContactForecast.optional}
"""Columns that follow those where a frame has them: a planner's overrides are in effect."""


@dataclass(frozen=True, eq=False)
class PlanFiles:
    """What is to be written: frames with at least the columns of their files; None leaves a file out.

    Parameters
    ----------
    forecast, requirement, coverage
        Frames as :class:`~forecasting.tables.ContactForecast`, the requirement and the coverage hold them.
    rota, timeline
        As :func:`rota_table` and :func:`timeline_table` make them.
    prices
        What one agent more is worth, where that is not 0: columns :data:`scheduler.earlier.PRICE_COLUMNS`.
    service, service_intervals
        As :class:`~scheduler.simulation.result.SimulationResult` tells days and intervals.
    report
        A JSON document.
    snapshot
        Of a forecast that was made: kept beside those of earlier ones, which are never replaced.
    """

    forecast: pd.DataFrame | None = None
    requirement: pd.DataFrame | None = None
    rota: pd.DataFrame | None = None
    timeline: pd.DataFrame | None = None
    coverage: pd.DataFrame | None = None
    prices: pd.DataFrame | None = None
    service: pd.DataFrame | None = None
    service_intervals: pd.DataFrame | None = None
    report: Mapping[str, object] | None = None
    snapshot: Snapshot | None = None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames given, by file name."""
        frames = {
            FORECAST_FILE: self.forecast,
            REQUIREMENT_FILE: self.requirement,
            ROTA_FILE: self.rota,
            TIMELINE_FILE: self.timeline,
            COVERAGE_FILE: self.coverage,
            PRICES_FILE: self.prices,
            SERVICE_FILE: self.service,
            SERVICE_INTERVALS_FILE: self.service_intervals,
        }
        return {file: frame for file, frame in frames.items() if frame is not None}


def breaks_text(breaks: Sequence[Break]) -> str:
    """Return breaks as ``start/end/paid`` or ``start/end/unpaid``, separated by semicolons."""
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return ";".join(
        f"{pause.start.strftime(stamp)}/{pause.end.strftime(stamp)}/{'paid' if pause.paid else 'unpaid'}"
        for pause in breaks
    )


def rota_table(rota: Rota, workspace: Workspace) -> pd.DataFrame:
    """Return a row a shift, with its pay, as ``rota.csv`` holds them."""
    rows = [
        (
            shift.agent,
            shift.site,
            shift.template or "",
            shift.start,
            shift.end,
            shift.local_date.isoformat(),
            shift.time_zone,
            shift.paid_minutes,
            shift.unpaid_minutes,
            pay.night_minutes,
            pay.holiday_minutes,
            pay.overtime_minutes,
            round(pay.cost, 2),
            pay.currency,
            breaks_text(shift.breaks),
        )
        for shift, pay in zip(rota.shifts, price_shifts(rota.shifts, workspace), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS[ROTA_FILE]))


def timeline_table(rota: Rota) -> pd.DataFrame:
    """Return a row a stretch, as ``timeline.csv`` holds them; ``translated`` is blank but for work."""
    rows = []
    for stretch in rota.stretches:
        region, language, channel = stretch.queue or ("", "", "")
        translated = ("true" if stretch.translated else "false") if stretch.activity == WORK else ""
        rows.append(
            (
                stretch.agent,
                stretch.start,
                stretch.end,
                stretch.activity,
                region,
                language,
                channel,
                translated,
            )
        )
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS[TIMELINE_FILE]))
