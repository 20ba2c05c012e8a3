"""The objective of a rota, recomputed from the rota alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from scheduler.checking.amounts import is_night
from scheduler.checking.minimums import missing_minutes
from scheduler.checking.record import Record
from scheduler.checking.wishes import refused_weight
from scheduler.coverage import Coverage
from scheduler.pay.price import ShiftPay
from scheduler.rota import WORK
from scheduler.settings import PlanSettings

__all__ = ["Objective", "cost_by_currency", "measure_objective"]


@dataclass(frozen=True)
class Objective:
    """What a rota is worth, in agent-hours of missing coverage at priority 1; less is better.

    Parameters
    ----------
    terms
        ``short``, ``cost``, ``wish``, ``night``, ``under_contract``, ``overstaffing``, ``fairness``,
        ``translation`` and ``stability``, each times its weight.
    quantities
        The same without weights: agent-hours short (each as one), cost in the plan's currency, refused
        weight, night shifts, hours missing from contracts, agent-hours scheduled above the requirement, hours
        of work by machine translation, agents' dates on which the shift is not an earlier rota's, and squared
        excess over fair shares.
    """

    terms: Mapping[str, float]
    quantities: Mapping[str, float]

    @property
    def total(self) -> float:
        """Σ terms."""
        return sum(self.terms.values())


def cost_by_currency(records: Sequence[Record], pays: Mapping[str, Sequence[ShiftPay]]) -> dict[str, float]:
    """Return Σ paid hours × hourly cost + premiums of the rota's shifts per currency of the sites, sorted."""
    costs: dict[str, float] = {}
    for record in records:
        currency = record.site.currency or record.settings.currency
        hours = sum(duty.minutes for duty, _ in record.plan) / 60
        premium = sum(pay.premium for pay in pays.get(record.agent.name, ()))
        costs[currency] = costs.get(currency, 0.0) + hours * record.agent.hourly_cost + premium
    return dict(sorted(costs.items()))


def _in_plan_currency(costs: Mapping[str, float], settings: PlanSettings) -> float:
    """Return Σ cost × rate; a currency without a rate weighs nothing."""
    rates = {**settings.rates, settings.currency: 1.0}
    return sum(cost * rates.get(currency, 0.0) for currency, cost in costs.items())


def _translated_hours(record: Record) -> float:
    spent = (each.end - each.start for each in record.stretches if each.activity == WORK and each.translated)
    return sum(spent, timedelta()) / timedelta(hours=1)


def measure_objective(
    records: Sequence[Record],
    coverage: Coverage,
    costs: Mapping[str, float],
    settings: PlanSettings,
    *,
    changes: int,
    unfairness: float,
) -> Objective:
    """Return the objective: Σ short agent-hours × priority + Σ weight × quantity.

    Parameters
    ----------
    changes
        Dates on which agents' shifts are not an earlier rota's.
    unfairness
        Σ of :func:`scheduler.checking.fairness.unfairness`.
    """
    weights = settings.weights
    quantities = {
        "short": coverage.short_hours,
        "cost": _in_plan_currency(costs, settings),
        "wish": sum((refused_weight(record) for record in records), 0.0),
        "night": float(sum(is_night(record, duty) for record in records for duty, _ in record.plan)),
        "under_contract": sum((missing_minutes(record) for record in records), 0.0) / 60,
        "overstaffing": coverage.excess_hours,
        "fairness": unfairness,
        "stability": float(changes),
        "translation": sum((_translated_hours(record) for record in records), 0.0),
    }
    terms = {
        name: coverage.weighted_short_hours if name == "short" else getattr(weights, name) * quantity
        for name, quantity in quantities.items()
    }
    return Objective(terms, quantities)
