"""What the simulation assumes about customers where a workspace does not say."""

from __future__ import annotations

import math
from dataclasses import dataclass

from forecasting.errors import Fault, InvalidInput

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

    Raises
    ------
    InvalidInput
        If one is out of range.
    """

    handle_cv: float = 1.0
    repeat_delay_minutes: float | None = None
    redial_rate: float = 0.0
    redial_delay_minutes: float = 10.0

    def __post_init__(self) -> None:
        for name in ("handle_cv", "repeat_delay_minutes", "redial_delay_minutes"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < math.inf:
                raise InvalidInput(Fault(f"{name} must be 0 or more", value=str(value)))
        if not 0 <= self.redial_rate < 1:
            raise InvalidInput(Fault("redial_rate must be in [0, 1)", value=str(self.redial_rate)))
