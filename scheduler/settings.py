"""What ``plan.toml`` states: the horizon, the step, the exchange rates of the objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

__all__ = ["PlanSettings", "Weights"]


@dataclass(frozen=True)
class Weights:
    """Exchange rates into the objective's unit: the agent-hour of missing coverage at priority 1.

    Parameters
    ----------
    cost
        Per unit of the plan's currency.
    wish
        Per refused weight (wish weight × the agent's wish factor).
    night
        Per night shift.
    fairness
        Per unit of squared excess over an agent's fair share.
    stability
        Per changed shift against a given rota.
    translation
        Per hour served by machine translation.
    under_contract
        Per paid hour missing from a contract's minimum.
    overstaffing
        Per agent-hour scheduled above the requirement.
    """

    cost: float = 0.001
    wish: float = 0.25
    night: float = 0.05
    fairness: float = 0.1
    stability: float = 0.5
    translation: float = 0.1
    under_contract: float = 0.5
    overstaffing: float = 0.0


@dataclass(frozen=True)
class PlanSettings:
    """Horizon, interval and options of a plan.

    Parameters
    ----------
    start, days
        Local dates: of the region for forecasts and requirements, of the site for shifts.
    interval_minutes
        15, 30 or 60.
    rates
        Value of one unit of another currency in the plan's.
    forecast, staffing, solver
        The tables of the same names in ``plan.toml``, for the parts that own them.
    """

    start: date
    days: int
    interval_minutes: int = 15
    currency: str = "EUR"
    rates: Mapping[str, float] = field(default_factory=dict)
    weights: Weights = field(default_factory=Weights)
    forecast: Mapping[str, object] = field(default_factory=dict)
    staffing: Mapping[str, object] = field(default_factory=dict)
    solver: Mapping[str, object] = field(default_factory=dict)

    @property
    def end(self) -> date:
        """The first local date after the horizon."""
        return self.start + timedelta(days=self.days)

    @property
    def dates(self) -> tuple[date, ...]:
        """The local dates of the horizon."""
        return tuple(self.start + timedelta(days=step) for step in range(self.days))
