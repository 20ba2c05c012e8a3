"""Collecting every fault of a load, of which the first hundred are told."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from forecasting.errors import Fault, InvalidInput

__all__ = ["MAX_TOLD", "FaultList", "brief", "did_you_mean"]

MAX_TOLD = 100
SHOWN_REASON_CHARACTERS = 200
MAX_COMPARED = 2000
"""Words that a misspelt one is compared with; comparing is slow."""


class FaultList:
    """The faults found so far. A broken file of a million rows keeps a hundred of them and a count."""

    def __init__(self) -> None:
        self._told: list[Fault] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(
        self,
        rule: str,
        *,
        file: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        code: str = "invalid",
    ) -> None:
        """Note one broken rule and where it is."""
        self._count += 1
        if len(self._told) < MAX_TOLD:
            self._told.append(Fault(rule, file=file, row=row, column=column, value=value, code=code))

    def count_untold(self, number: int) -> None:
        """Count faults whose details nobody will read."""
        self._count += number

    @property
    def full(self) -> bool:
        """Whether further faults are only counted."""
        return len(self._told) >= MAX_TOLD

    def error(self) -> InvalidInput:
        """Return the error with the first hundred faults, and a last one that counts the others."""
        untold = self._count - len(self._told)
        more = [Fault(f"… and {untold:,} more", code="more_faults")] if untold else []
        return InvalidInput([*self._told, *more])


def brief(error: Exception) -> str:
    """Return the beginning of an error's first line: it may quote as much of a broken file as it likes."""
    return str(error).partition("\n")[0][:SHOWN_REASON_CHARACTERS]


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return ``; did you mean 'queues.csv'?``, or nothing where no known word is near.

    Examples
    --------
    >>> did_you_mean("langauge", ["region", "language"])
    "; did you mean 'language'?"
    """
    if len(known) > MAX_COMPARED:
        return ""
    near = get_close_matches(word[:100], list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
