"""What a long computation tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Progress", "ProgressReport"]


@dataclass(frozen=True)
class ProgressReport:
    """One message from a running computation.

    Parameters
    ----------
    stage
        Name of the step of the chain: ``forecast``, ``staff``, ``rota``, …
    done
        Share of that stage that is done, 0–1.
    message
        In a planner's words.
    best
        Objective of the best rota so far; None where there is none.
    """

    stage: str
    done: float
    message: str = ""
    best: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.done <= 1.0:
            raise ValueError(f"done must be in [0, 1], got {self.done}")


Progress = Callable[[ProgressReport], None]
"""Called from the computation's own thread; it must return quickly and never raise."""
