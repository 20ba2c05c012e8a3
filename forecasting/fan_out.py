"""How work on many alike things is spread: in turn here, or over whatever a caller brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

__all__ = ["FanOut", "in_turn"]

Item = TypeVar("Item")
Made = TypeVar("Made")


class FanOut(Protocol):
    """Does one piece of work to each of some items, anywhere, and returns what it makes in their order."""

    def __call__(self, work: Callable[[Item], Made], items: Sequence[Item], /) -> Iterable[Made]:
        """Return ``work(item)`` of each item; what ``work`` raises is raised here."""


def in_turn(work: Callable[[Item], Made], items: Sequence[Item], /) -> Iterable[Made]:
    """Do the work here, one item after the other.

    Examples
    --------
    >>> list(in_turn(abs, [-2, 1]))
    [2, 1]
    """
    return map(work, items)
