"""What later commands take from a plan's report: its horizon, and how its contacts scatter."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from forecasting.dispersion import Dispersion
from forecasting.errors import Fault, InvalidInput
from forecasting.queues import QueueKey
from scheduler.options import PlanOptions
from scheduler.results import REPORT_FILE

__all__ = ["Planned", "read_planned"]


@dataclass(frozen=True)
class Planned:
    """What a report states; without a report, nothing.

    Parameters
    ----------
    horizon
        Start and days that the rota was planned for.
    dispersion
        Of the queues that were forecast from history.
    """

    horizon: PlanOptions = field(default_factory=PlanOptions)
    dispersion: Mapping[QueueKey, Dispersion] = field(default_factory=dict)


def read_planned(folder: Path) -> Planned:
    """Read ``report.json`` of a plan's folder.

    Raises
    ------
    InvalidInput
        If there is a report, but not a plan's.
    """
    try:
        report = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
        plan = report["plan"]
        horizon = PlanOptions(start=date.fromisoformat(plan["start"]), days=int(plan["days"]))
        rows = report.get("forecast", {}).get("dispersion", [])
        return Planned(horizon, dict(_dispersion(row) for row in rows))
    except FileNotFoundError:
        return Planned()
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(Fault("must be a plan's report", file=REPORT_FILE, code="unreadable")) from error


def _dispersion(row: Mapping[str, Any]) -> tuple[QueueKey, Dispersion]:
    means, totals = ([float(value) for value in row[name]] for name in ("means", "totals"))
    day = float(row["day"])
    # Reports of earlier versions do not tell what queues and intervals have in common.
    shared, persistence = (float(row.get(name, 0.0)) for name in ("shared", "persistence"))
    known = (day, *means, *totals)
    rising = all(low < high for low, high in pairwise(means))
    if not (all(map(math.isfinite, known)) and day >= 0 and min(means) > 0 and min(totals) > 0 and rising):
        raise ValueError("dispersion must be of rising means and positive variances")
    if not (0 <= shared <= 1 and 0 <= persistence < 1):
        raise ValueError("shared and persistence must be shares")
    if len(means) != len(totals):
        raise ValueError("dispersion must have a total for each mean")
    key = QueueKey(str(row["region"]), str(row["language"]), str(row["channel"]))
    return key, Dispersion(day, tuple(means), tuple(totals), shared, persistence)
