"""Two plain methods that any forecast has to beat."""

from __future__ import annotations

from forecasting.arrays import FloatArray
from forecasting.models.protocol import Model
from forecasting.models.weeks import LastWeeks
from forecasting.region_case import RegionCase

__all__ = ["BASELINES", "forecast_by"]

BASELINES: tuple[Model, ...] = (LastWeeks("seasonal naive (weekly)", 1), LastWeeks("mean of 8 weeks", 8))


def forecast_by(model: Model, case: RegionCase) -> FloatArray:
    """Return one model's contacts (Q, n) by interval, known events applied."""
    return case.read_out(model.fit(case.days).forecast(case.calendar))
