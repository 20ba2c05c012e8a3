"""Compiled formulas of queues with exponential service: Erlang B, C and A.

Everything is in units of the service time: ``load`` = arrival rate × service time (erlangs), ``wait`` =
threshold / service time, ``patience`` = mean patience / service time. ``servers`` are those that hold one
contact each.

Sources: A. K. Erlang (1917) for B and C; O. Garnett, A. Mandelbaum and M. Reiman, "Designing a call center
with impatient customers", M&SOM 4 (2002), for A (M/M/n+M), whose offered wait V has the density of
F. Baccelli and G. Hebuterne (1981): with c = n × patience, y = load × patience and time s in units of
patience, P(V ∈ ds | V > 0) ∝ exp(y (1 − e^−s) − c s). All of Erlang A follows from

    I(c, T) = ∫₀ᵀ exp(y (1 − e^−s) − c s) ds,    c I(c, ∞) = 1 + y I(c + 1, ∞) = A(c, y),

A being the function of the paper (an incomplete gamma function).
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = [
    "agents_for_all",
    "erlang_a_measures",
    "erlang_b",
    "erlang_c_measures",
    "fewest_agents",
    "service_of_all",
]

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)

# A panel ends where the integrand has fallen from its peak by these powers of e. Each panel then is
# smooth for 16 Gauss-Legendre nodes (relative error below 1e-12), and what lies beyond is below 1e-17.
DROPS = np.array([0.0, 5.0, 17.0, 40.0])

CAP_TOLERANCE = 1e-9
"""Relative; the load of 100 contacts × 162 s in 1,800 s fills ten agents to 90 %, not a hair more."""

Measures = "UniTuple(float64, 5)"


@njit("float64(int64, float64)", cache=True)
def erlang_b(servers: int, load: float) -> float:
    """Return the share of contacts that find all servers busy where none waits.

    B(0) = 1, B(n) = load B(n−1) / (n + load B(n−1)); stable for any n.
    """
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


@njit(f"{Measures}(int64, float64, float64)", cache=True)
def erlang_c_measures(servers: int, load: float, wait: float) -> tuple[float, float, float, float, float]:
    """Return (service level, mean wait, P(wait), occupancy, 0) where nobody abandons.

    C = n B / (n − load (1 − B)); P(W > t) = C exp(−(n − load) t). Without enough servers to carry the
    load the queue grows without end: service level 0, infinite wait.
    """
    if load <= 0.0:
        return 1.0, 0.0, 0.0, 0.0, 0.0
    if servers <= load:
        return 0.0, np.inf, 1.0, 1.0, 0.0
    blocked = erlang_b(servers, load)
    waits = servers * blocked / (servers - load * (1.0 - blocked))
    spare = servers - load
    return 1.0 - waits * np.exp(-spare * wait), waits / spare, waits, load / servers, 0.0


@njit("UniTuple(float64, 2)(float64, float64, float64, float64, float64)", cache=True)
def _side(slope: float, curve: float, direction: float, length: float, origin: float) -> tuple[float, float]:
    """Integrate one side of the peak: (∫ h, ∫ distance-from-zero × h), h being 1 at the peak.

    log h(d) = −slope d − curve (e^∓d − 1 ± d) at distance d to the right (direction 1) or left (−1).
    """
    total = 0.0
    moment = 0.0
    low = 0.0
    for panel in range(1, len(DROPS)):
        drop = DROPS[panel]
        # Newton from the quadratic's root; a rough place is enough, for any panels are exact.
        high = 2.0 * drop / (slope + np.sqrt(slope * slope + 2.0 * curve * drop))
        for _ in range(6):
            fall = slope * high + curve * (np.expm1(-direction * high) + direction * high)
            rate = slope - direction * curve * np.expm1(-direction * high)
            high -= (fall - drop) / rate
        high = min(high, length)
        half = 0.5 * (high - low)
        for node in range(len(NODES)):
            distance = low + half * (1.0 + NODES[node])
            value = np.exp(
                -slope * distance - curve * (np.expm1(-direction * distance) + direction * distance)
            )
            total += half * NODE_WEIGHTS[node] * value
            moment += half * NODE_WEIGHTS[node] * value * (origin + direction * distance)
        low = high
        if high >= length:
            break
    return total, moment


@njit("UniTuple(float64, 3)(float64, float64, float64)", cache=True)
def _wait_integral(rate: float, push: float, until: float) -> tuple[float, float, float]:
    """Return (L, I e^−L, M e^−L) with I = ∫₀ᵘ g, M = ∫₀ᵘ s g, g = exp(push (1 − e^−s) − rate s), rate ≥ 1.

    g is log-concave: its peak on [0, until] is found and both sides are integrated apart.
    """
    peak = min(max(0.0, np.log(push / rate)), until)
    # push e^−peak; where the peak is inside it equals the rate, which rounding must not spoil.
    curve = rate if 0.0 < peak < until else push * np.exp(-peak)
    tilt = rate - curve
    top = -push * np.expm1(-peak) - rate * peak
    total = 0.0
    moment = 0.0
    if until > peak:
        total, moment = _side(max(tilt, 0.0), curve, 1.0, until - peak, peak)
    if peak > 0.0:
        left, left_moment = _side(max(-tilt, 0.0), curve, -1.0, peak, peak)
        total += left
        moment += left_moment
    return top, total, moment


@njit(f"{Measures}(int64, float64, float64, float64)", cache=True)
def erlang_a_measures(
    servers: int, load: float, wait: float, patience: float
) -> tuple[float, float, float, float, float]:
    """Return (service level, mean wait of the answered, P(wait), occupancy, abandoned share).

    With B of Erlang B, J = I(c + 1, ∞), H = I(c + 1, wait / patience):

    - P(W > 0) = B (1 + y J) / (1 + B y J);
    - answered within the threshold / offered = (1 − B + B c H) / (1 + B y J);
    - answered / offered = (1 − B + B c J) / (1 + B y J).
    """
    if load <= 0.0:
        return 1.0, 0.0, 0.0, 0.0, 0.0
    blocked = erlang_b(servers, load)
    rate = servers * patience
    push = load * patience
    top, whole, moment = _wait_integral(rate + 1.0, push, np.inf)
    part = 0.0
    if wait > 0.0:
        part_top, part, _ = _wait_integral(rate + 1.0, push, wait / patience)
        part *= np.exp(part_top - top)
    unit = np.exp(-top)
    scale = unit + blocked * push * whole
    answered = ((1.0 - blocked) * unit + blocked * rate * whole) / scale
    level = ((1.0 - blocked) * unit + blocked * rate * part) / scale
    waits = min(1.0, blocked * (unit + push * whole) / scale)
    mean = blocked * rate * moment * patience / (scale * answered)
    return level, mean, waits, load * answered / servers, max(0.0, 1.0 - answered)


@njit("UniTuple(float64, 2)(int64, float64, float64, float64)", cache=True)
def _level_and_occupancy(servers: int, load: float, wait: float, patience: float) -> tuple[float, float]:
    if patience > 0.0:
        measures = erlang_a_measures(servers, load, wait, patience)
    else:
        measures = erlang_c_measures(servers, load, wait)
    return measures[0], measures[3]


@njit("boolean(int64, int64, float64, float64, float64, float64, float64)", cache=True)
def _enough(  # noqa: PLR0917 (compiled code takes its arguments by place)
    agents: int, slots: int, load: float, wait: float, patience: float, target: float, cap: float
) -> bool:
    level, occupancy = _level_and_occupancy(agents * slots, load, wait, patience)
    return level >= target and occupancy <= cap * (1.0 + CAP_TOLERANCE)


@njit("int64(float64, float64, float64, float64, float64, int64)", cache=True)
def fewest_agents(  # noqa: PLR0917
    load: float, wait: float, patience: float, target: float, cap: float, slots: int
) -> int:
    """Return the fewest agents, from 1, that reach the target under the occupancy cap; 0 without load.

    Both the service level and the occupancy improve with every agent, so that the bounds of a search by
    halves around the load are exact.
    """
    if load <= 0.0:
        return 0
    enough = max(1, int(np.ceil(load / slots)))
    step = 1
    if _enough(enough, slots, load, wait, patience, target, cap):
        short = max(0, enough - step)
        while short > 0 and _enough(short, slots, load, wait, patience, target, cap):
            enough = short
            step *= 2
            short = max(0, enough - step)
    else:
        short = enough
        enough = short + step
        while not _enough(enough, slots, load, wait, patience, target, cap):
            short = enough
            step *= 2
            enough = short + step
    while enough - short > 1:
        middle = (enough + short) // 2
        if _enough(middle, slots, load, wait, patience, target, cap):
            enough = middle
        else:
            short = middle
    return enough


@njit("int64[:](float64[:], float64[:], float64[:], float64, float64, int64)", cache=True)
def agents_for_all(  # noqa: PLR0917
    load: np.ndarray, wait: np.ndarray, patience: np.ndarray, target: float, cap: float, slots: int
) -> np.ndarray:
    """Return :func:`fewest_agents` of each interval, shape (n,)."""
    result = np.zeros(len(load), dtype=np.int64)
    for row in range(len(load)):
        result[row] = fewest_agents(load[row], wait[row], patience[row], target, cap, slots)
    return result


@njit("float64[:](int64[:], float64[:], float64[:], float64[:])", cache=True)
def service_of_all(
    servers: np.ndarray, load: np.ndarray, wait: np.ndarray, patience: np.ndarray
) -> np.ndarray:
    """Return the service level of each interval, shape (n,)."""
    result = np.zeros(len(load))
    for row in range(len(load)):
        result[row] = _level_and_occupancy(servers[row], load[row], wait[row], patience[row])[0]
    return result
