"""How far a whole run is, from how far each step of the chain is."""

from __future__ import annotations

from scheduler.progress import ProgressReport

__all__ = ["RunProgress"]

SHARES = {
    "read": (0.0, 0.03),
    "forecast": (0.03, 0.15),
    "staff": (0.15, 0.25),
    "rota": (0.25, 0.93),
    "check": (0.93, 0.97),
    "save": (0.97, 1.0),
    "done": (0.97, 0.97),
}
"""Stretch of the run that each stage takes; a stage of another name leaves the figure as it is."""


class RunProgress:
    """Share of the run that is done; it never goes back.

    Examples
    --------
    >>> progress = RunProgress()
    >>> progress.after(ProgressReport("rota", 0.5))
    0.59
    >>> progress.after(ProgressReport("forecast", 0.0))
    0.59
    """

    def __init__(self) -> None:
        self.done = 0.0

    def after(self, report: ProgressReport) -> float:
        """Take note of a report and return the share of the run that is done, 0–1."""
        begin, end = SHARES.get(report.stage, (self.done, self.done))
        self.done = round(max(self.done, begin + (end - begin) * report.done), 4)
        return self.done
