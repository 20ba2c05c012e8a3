"""The one tree of errors.

::

    SunrotaError                    code, message
    ├─ InvalidInput (ValueError)    bad data from outside; nothing was changed
    ├─ NotEnoughHistory             a forecast that cannot honestly be made
    └─ SolverFailure                a bug or crash in solving (scheduler/errors.py)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

__all__ = ["Fault", "InvalidInput", "NotEnoughHistory", "SunrotaError"]

SHOWN_VALUE_CHARACTERS = 80


@dataclass(frozen=True)
class Fault:
    """One broken rule of the data contract, and where it is.

    Parameters
    ----------
    rule
        What must hold, in a planner's words: ``shrinkage must be in [0, 1)``.
    file, row, column, value
        Where it is broken. Rows count as a spreadsheet shows them: the header is row 1.
    code
        Stable machine-readable name of the rule's kind, e.g. ``out_of_range``.
    """

    rule: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    code: str = "invalid"

    def __str__(self) -> str:
        text = self.rule
        if self.value is not None:
            shown = self.value
            if len(shown) > SHOWN_VALUE_CHARACTERS:
                shown = f"{shown[:SHOWN_VALUE_CHARACTERS]}… ({len(self.value)} characters)"
            text += f", got {shown!r}" if shown.strip() != shown or not shown else f", got {shown}"
        place = self.file or ""
        if self.row is not None:
            place += f" row {self.row}"
        if self.column is not None:
            place += f" column {self.column}"
        return f"{text} ({place.strip()})" if place.strip() else text


class SunrotaError(Exception):
    """Anything that Sunrota raises on purpose."""

    code: ClassVar[str] = "sunrota_error"


class InvalidInput(SunrotaError, ValueError):
    """Bad data from outside. Nothing was changed."""

    code = "invalid_input"

    def __init__(self, faults: Fault | str | Iterable[Fault]) -> None:
        if isinstance(faults, str):
            faults = Fault(faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Fault, ...]]]:
        # Faults survive the way from another process.
        return type(self), (self.faults,)


class NotEnoughHistory(SunrotaError):
    """A forecast that cannot honestly be made from the history given."""

    code = "not_enough_history"
