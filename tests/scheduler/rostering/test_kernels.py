"""The compiled loops against brute force on small cases."""

from __future__ import annotations

from itertools import pairwise, permutations, product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.rostering.kernels.allocation import allocate
from scheduler.rostering.kernels.breaks import duty_values, place_breaks

FEW = settings(max_examples=60, deadline=None)


@FEW
@given(st.data())
def test_breaks_lie_where_they_lose_least(data: st.DataObject) -> None:
    slots = data.draw(st.integers(6, 14))
    count = data.draw(st.integers(1, 3))
    rules = []
    for _ in range(count):
        length = data.draw(st.integers(1, 2))
        low = data.draw(st.integers(0, slots - length))
        rules.append((length, low, data.draw(st.integers(low, slots - length))))
    least, most = data.draw(st.integers(1, 3)), data.draw(st.integers(3, 14))
    worth = np.concatenate(
        [[0.0], np.cumsum(data.draw(st.lists(st.integers(0, 9), min_size=slots, max_size=slots)))]
    )
    pin = data.draw(st.integers(0, slots))
    pinned = np.concatenate([[0], np.cumsum(np.arange(slots) == pin)]).astype(np.int64)

    def loss(places: tuple[int, ...]) -> float:
        order = sorted(range(count), key=lambda rule: places[rule])
        for before, after in pairwise(order):
            gap = places[after] - places[before] - rules[before][0]
            if not least <= gap <= most:
                return 1e9
        if any(places[rule] <= pin < places[rule] + rules[rule][0] for rule in range(count)):
            return 1e9
        return float(sum(worth[at + rule[0]] - worth[at] for at, rule in zip(places, rules, strict=True)))

    every = product(*(range(low, high + 1) for _, low, high in rules))
    best = min(map(loss, every))
    value = np.zeros(1)
    rows = np.array(rules, dtype=np.int64)
    zero = np.zeros(1, dtype=np.int64)
    duty_values(
        worth.astype(float), pinned, zero, np.array([slots]), zero, np.array([0, count]), rows,
        np.array([least]), np.array([most]), value,
    )  # fmt: skip
    places = np.zeros(count, dtype=np.int64)
    placed = place_breaks(worth.astype(float), pinned, 0, slots, rows, least, most, places)
    assert placed == (best < 1e9)
    if placed:
        assert value[0] == pytest.approx(worth[-1] - best)
        assert loss(tuple(places.tolist())) == pytest.approx(best)


def _allocate(  # noqa: PLR0917 - in the order of the kernel
    present: list[list[int]],
    required: list[list[float]],
    weight: list[list[float]],
    window: list[int],
    edges: list[tuple[int, int]],
    served: npt.NDArray[np.float64],
    short: npt.NDArray[np.float64],
) -> npt.NDArray[np.int32]:
    """Allocate whole intervals from nothing at speed 1; return the units of each (kind, queue)."""
    steps, queues = served.shape
    kinds = len(present[0])
    edge_kind = np.array([kind for kind, _ in edges], dtype=np.int64)
    edge_queue = np.array([queue for _, queue in edges], dtype=np.int64)
    by_queue = np.argsort(edge_queue, kind="stable").astype(np.int64)
    mask = np.zeros((kinds, 1), dtype=np.uint64)
    for kind, queue in edges:
        mask[kind, 0] |= np.uint64(1 << queue)
    x = np.zeros((steps, len(edges)), dtype=np.int32)
    move = np.zeros((steps, queues, 1), dtype=np.uint64)
    now = np.array(present, dtype=np.int32)
    allocate(
        np.ones(steps, dtype=np.bool_), np.arange(kinds), now, np.zeros_like(now),
        np.zeros(now.shape, dtype=np.int64), np.zeros(steps, dtype=np.int64), np.zeros_like(x), x,
        served, short, np.zeros(steps), np.array(required, dtype=np.float64), np.array(weight),
        np.full((steps + 1, queues), -1), np.zeros((steps + 1, queues)), np.array(weight).max(axis=0),
        np.array(window, dtype=np.int64),
        np.zeros(steps, dtype=np.bool_), mask, move,
        np.searchsorted(edge_kind, np.arange(kinds + 1)).astype(np.int64), edge_queue, edge_kind,
        np.ones(len(edges)), np.searchsorted(edge_queue[by_queue], np.arange(queues + 1)).astype(np.int64),
        by_queue, 1.0, 0.0, False, np.zeros(steps, dtype=np.bool_), x.copy(), x.copy(), move.copy(),
        served.copy(), short.copy(),
    )  # fmt: skip
    return x


@FEW
@given(st.data())
def test_live_work_goes_where_it_weighs_most_after_moving_others_over(data: st.DataObject) -> None:
    kinds = data.draw(st.integers(1, 3))
    queues = data.draw(st.integers(1, 3))
    can = [[data.draw(st.booleans()) for _ in range(queues)] for _ in range(kinds)]
    present = data.draw(st.lists(st.integers(0, 2), min_size=kinds, max_size=kinds))
    required = data.draw(
        st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.75, 2.0]), min_size=queues, max_size=queues)
    )
    weight = data.draw(st.lists(st.sampled_from([1.0, 2.0, 3.0]), min_size=queues, max_size=queues))
    edges = [(kind, queue) for kind in range(kinds) for queue in range(queues) if can[kind][queue]]
    served = np.zeros((1, queues))
    short = np.zeros((1, queues))
    x = _allocate([present], [required], [weight], [0] * queues, edges, served, short)
    edge_kind = np.array([kind for kind, _ in edges], dtype=np.int64)
    for kind in range(kinds):
        assert x[0, edge_kind == kind].sum() <= present[kind]
    people = [kind for kind in range(kinds) for _ in range(present[kind])]
    choices = [[queue for queue in range(queues) if can[kind][queue]] or [-1] for kind in people]
    best = min(
        sum(
            value * max(0.0, need - places.count(queue))
            for queue, (need, value) in enumerate(zip(required, weight, strict=True))
        )
        for places in product(*choices)
    )
    assert float((short[0] * weight).sum()) == pytest.approx(best)


def _one_deferred_queue(present: list[int], required: list[float], window: int) -> list[float]:
    steps = len(present)
    short = np.zeros((steps, 1))
    rows = [[float(value)] for value in required]
    _allocate(
        [[value] for value in present], rows, [[1.0]] * steps, [window], [(0, 0)], np.zeros((steps, 1)), short
    )
    return [float(value) for value in short[:, 0]]


def test_deferred_work_is_short_where_it_arrived_once_its_window_is_over() -> None:
    assert _one_deferred_queue([0, 1, 1, 0], [3, 0, 0, 1], window=3) == [1, 0, 0, 1]
    assert _one_deferred_queue([0, 1, 1, 1], [3, 0, 0, 1], window=4) == [0, 0, 0, 1]


@FEW
@given(
    st.lists(st.integers(0, 2), min_size=5, max_size=5),
    st.lists(st.integers(0, 2), min_size=5, max_size=5),
    st.integers(1, 4),
)
def test_no_order_serves_more_deferred_work(present: list[int], required: list[int], window: int) -> None:
    work = [arrival for arrival, count in enumerate(required) for _ in range(count)]
    best = 0
    for order in set(permutations(work)) if len(work) <= 5 else []:
        free = list(present)
        done = 0
        for arrival in order:
            for step in range(arrival, min(5, arrival + window)):
                if free[step]:
                    free[step] -= 1
                    done += 1
                    break
        best = max(best, done)
    if len(work) <= 5:
        assert (
            len(work) - sum(_one_deferred_queue(present, [float(count) for count in required], window))
            == best
        )
