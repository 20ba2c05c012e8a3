"""Work spread over a Ray cluster, for those who have one."""

from __future__ import annotations

import importlib
import logging
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from forecasting.errors import Fault, InvalidInput
from forecasting.fan_out import FanOut, in_turn

__all__ = ["fan_out_over"]

PATIENCE_SECONDS = 10.0
Item = TypeVar("Item")
Made = TypeVar("Made")


@contextmanager
def fan_out_over(address: str | None) -> Iterator[FanOut]:
    """Connect to a cluster while the block runs.

    Parameters
    ----------
    address
        Of the cluster's head, say ``10.0.0.5:6379``; ``auto`` finds one on this machine; None works here, in
        turn. Every node needs the same version of Sunrota.

    Raises
    ------
    InvalidInput
        If Ray is not installed, or no cluster answers there.
    """
    if address is None:
        yield in_turn
        return
    ray = _ray()
    try:
        _reach(address)
        ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False)
    except (OSError, RuntimeError, ValueError) as error:
        rule = "a Ray cluster must answer at this address"
        raise InvalidInput(Fault(rule, value=address, code="cluster")) from error
    try:
        yield _RayFanOut(ray)
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    """Knock where the address says: Ray itself tries for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS).close()


def _ray() -> Any:
    try:
        return importlib.import_module("ray")
    except ModuleNotFoundError:
        raise InvalidInput("--ray needs Ray, which is not installed: pip install 'sunrota[ray]'") from None


class _RayFanOut:
    """Does each item's work in a task of its own, one core each, spread over the nodes."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray

    def __call__(self, work: Callable[[Item], Made], items: Sequence[Item], /) -> Iterable[Made]:
        task = self._ray.remote(num_cpus=1, scheduling_strategy="SPREAD")(work)
        waiting = [task.remote(item) for item in items]
        for each in waiting:
            try:
                yield self._ray.get(each)
            except self._ray.exceptions.RayTaskError as error:
                # As it was raised there: what is wrong with the input is no matter of the cluster.
                raise error.cause from None
