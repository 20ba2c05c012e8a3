"""First in, first out leaves the least work unserved: a maximum flow serves no more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.graph.python import max_flow  # type: ignore[import-untyped]

from scheduler.deferred import serve_in_order, window_intervals


@pytest.mark.parametrize(
    ("respond", "interval", "expected"), [(240, 15, 16), (50, 15, 3), (10, 30, 1), (60, 60, 1)]
)
def test_window_is_whole_intervals_and_at_least_one(respond: int, interval: int, expected: int) -> None:
    assert window_intervals(respond, interval) == expected


def most_served(arriving: list[int], capacity: list[int], window: int) -> int:
    flow = max_flow.SimpleMaxFlow()
    count = len(arriving)
    source, sink = 2 * count, 2 * count + 1
    for place in range(count):
        flow.add_arc_with_capacity(source, place, arriving[place])
        flow.add_arc_with_capacity(count + place, sink, capacity[place])
        for later in range(place, min(count, place + window)):
            flow.add_arc_with_capacity(place, count + later, arriving[place])
    assert flow.solve(source, sink) == flow.OPTIMAL
    return int(flow.optimal_flow())


@given(
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12),
    window=st.integers(1, 5),
)
def test_no_order_serves_more(pairs: list[tuple[int, int]], window: int) -> None:
    arriving, capacity = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    served = serve_in_order(
        np.arange(len(pairs), dtype=np.int64), np.array(arriving, float), np.array(capacity, float), window
    )
    assert sum(arriving) - served.short.sum() == most_served(arriving, capacity, window)
    assert sum(capacity) - served.excess.sum() == sum(arriving) - served.short.sum()


@given(
    rows=st.dictionaries(
        st.integers(0, 30), st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12
    ),
    window=st.integers(1, 5),
)
def test_intervals_without_a_row_are_as_good_as_empty_ones(
    rows: dict[int, tuple[int, int]], window: int
) -> None:
    sparse = np.array(sorted(rows), dtype=np.int64)
    dense = np.arange(31, dtype=np.int64)
    thin = serve_in_order(
        sparse,
        np.array([rows[place][0] for place in sparse.tolist()], float),
        np.array([rows[place][1] for place in sparse.tolist()], float),
        window,
    )
    full = serve_in_order(
        dense,
        np.array([rows.get(place, (0, 0))[0] for place in dense.tolist()], float),
        np.array([rows.get(place, (0, 0))[1] for place in dense.tolist()], float),
        window,
    )
    for name in ("short", "backlog", "excess"):
        assert getattr(thin, name).tolist() == getattr(full, name)[sparse].tolist()
