"""What premiums cost beyond the least that searches reckon with."""

from __future__ import annotations

from scheduler.pay.price import price_shifts
from scheduler.rostering.state import State
from scheduler.rota import Rota
from scheduler.rules.shipped import NO_RULES

__all__ = ["premiums_beyond"]


def premiums_beyond(state: State, rota: Rota) -> float:
    """Return what the premiums of a state's rota weigh, less what its tours' own costs count of them."""
    workspace = state.problem.workspace
    settings = workspace.settings
    packed = {site.name for site in workspace.sites.values() if site.rules != NO_RULES}
    shifts = [shift for shift in rota.shifts if shift.site in packed]
    if not shifts:
        return 0.0
    rates = {**settings.rates, settings.currency: 1.0}
    pays = price_shifts(shifts, workspace)
    true = sum(pay.premium * rates.get(pay.currency, 0.0) for pay in pays) * settings.weights.cost
    counted = 0.0
    for number, person in enumerate(state.problem.people):
        chosen = state.tour_of(number).chosen
        counted += float(person.options.premium[chosen[chosen >= 0]].sum())
    return true - counted
