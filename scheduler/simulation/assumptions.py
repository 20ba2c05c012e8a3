"""What the simulation assumes about customers where a workspace does not say."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Assumptions"]


@dataclass(frozen=True)
class Assumptions:
    """How customers and handle times behave.

    Parameters
    ----------
    handle_cv
        Coefficient of variation of the lognormal handle times, the shape that Brown et al. (2005) found of
        the calls of a bank. 1 is that of the exponential times that the Erlang formulas assume.
    repeat_delay_minutes
        Mean time until a repeat contact, exponential. None: repeats come at the times of day of all contacts,
        as staffing counts them; their share is the queue's ``repeat_rate`` either way.
    redial_rate, redial_delay_minutes
        Share of customers who abandoned that try again, and the mean time until then, exponential.
    """

    handle_cv: float = 1.0
    repeat_delay_minutes: float | None = None
    redial_rate: float = 0.0
    redial_delay_minutes: float = 10.0
