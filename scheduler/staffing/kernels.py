"""Compiled formulas of queues with exponential service: Erlang B, C and A.

Everything is in units of the service time: ``load`` = arrival rate × service time (erlangs), ``wait`` =
threshold / service time, ``patience`` = mean patience / service time. ``servers`` are those that hold one
contact each.

Sources: A. K. Erlang (1917) for B and C; O. Garnett, A. Mandelbaum and M. Reiman, "Designing a call center
with impatient customers", M&SOM 4 (2002), for A (M/M/n+M), whose offered wait V has the density of
F. Baccelli and G. Hebuterne (1981): with c = n × patience, y = load × patience and time s in units of
patience, P(V ∈ ds | V > 0) ∝ exp(y (1 − e^−s) − c s). All of Erlang A follows from

    I(c, T) = ∫₀ᵀ exp(y (1 − e^−s) − c s) ds,    c I(c, ∞) = 1 + y I(c + 1, ∞) = A(c, y),

A being the function of the paper (an incomplete gamma function). Where only level, occupancy and abandonment
are asked for, as in the search for the fewest agents, the integral is its power series

    I(c, ∞) = Σ_k y^k / (c (c + 1) … (c + k)),    x = y e^−T,
    I(c, T) = I_y(c, ∞) − exp(y − x − c T) I_x(c, ∞)

(N. Temme, "Special functions" (1996), 11.2: the incomplete gamma function), ten times as fast as quadrature
where it is short; elsewhere the quadrature stands in.
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
    "levels_up_to",
    "offered_with_redials",
    "service_of_all",
]

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)

# A panel ends where the integrand has fallen from its peak by these powers of e. Each panel then is
# smooth for 16 Gauss-Legendre nodes (relative error below 1e-12), and what lies beyond is below 1e-17.
DROPS = np.array([0.0, 5.0, 17.0, 40.0])

CAP_TOLERANCE = 1e-9
"""Relative; the load of 100 contacts × 162 s in 1,800 s fills ten agents to 90 %, not a hair more."""

SMALL = 1e-17
"""A term of a sum of positive ones that no longer changes it."""
MOST_TERMS = 600
"""Of the power series; a longer one is left to the quadrature."""
MOST_SPARE = 5.0
"""Square roots of the load that a search begins above it at most."""
MOST_REDIALS = 200
"""Rounds of the fixed point of redials; each brings it nearer by the redial rate at least."""

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


@njit("float64(int64, float64)", cache=True)
def _blocked(servers: int, load: float) -> float:
    """Return Erlang B by the sum 1 / B = Σ_k n (n − 1) … (n − k + 1) / load^k: no division a step."""
    per_load = 1.0 / load
    term = 1.0
    total = 1.0
    for count in range(servers):
        factor = (servers - count) * per_load
        term *= factor
        total += term
        if factor < 1.0 and term < SMALL * total:
            break
    return 1.0 / total


@njit("UniTuple(float64, 3)(float64, float64, float64)", cache=True)
def _series(rate: float, push: float, rest: float) -> tuple[float, float, float]:
    """Return I(rate, ∞) for push and for rest ≤ push, and whether the series was short enough (1 or 0)."""
    # Sums stay below e^200, and so does what is computed from them.
    if push > rate + 20.0 * np.sqrt(rate):
        return 0.0, 0.0, 0.0
    place = rate
    term, other = 1.0 / rate, 1.0 / rate
    total, others = term, other
    for _ in range(MOST_TERMS):
        place += 1.0
        step = 1.0 / place
        term *= push * step
        other *= rest * step
        total += term
        others += other
        if term < SMALL * total and push < place:
            return total, others, 1.0
    return 0.0, 0.0, 0.0


@njit("UniTuple(float64, 3)(int64, float64, float64, float64)", cache=True)
def _outcome(servers: int, load: float, wait: float, patience: float) -> tuple[float, float, float]:
    """Return (service level, occupancy, abandoned share); patience 0: nobody abandons."""
    if load <= 0.0:
        return 1.0, 0.0, 0.0
    if servers == 0:
        return 0.0, 0.0, 1.0 if patience > 0.0 else 0.0
    if patience <= 0.0:
        if servers <= load:
            return 0.0, 1.0, 0.0
        blocked = _blocked(servers, load)
        waits = servers * blocked / (servers - load * (1.0 - blocked))
        return 1.0 - waits * np.exp(-(servers - load) * wait), load / servers, 0.0
    rate = servers * patience
    push = load * patience
    until = wait / patience
    whole, beyond, short = _series(rate + 1.0, push, push * np.exp(-until))
    if short == 0.0:
        level, _, _, occupancy, abandoned = erlang_a_measures(servers, load, wait, patience)
        return level, occupancy, abandoned
    part = whole - np.exp(-push * np.expm1(-until) - (rate + 1.0) * until) * beyond
    blocked = _blocked(servers, load)
    scale = 1.0 + blocked * push * whole
    answered = (1.0 - blocked + blocked * rate * whole) / scale
    level = (1.0 - blocked + blocked * rate * max(0.0, part)) / scale
    return level, load * answered / servers, max(0.0, 1.0 - answered)


@njit("float64(int64, float64, float64, float64, float64)", cache=True)
def offered_with_redials(servers: int, load: float, wait: float, patience: float, redial: float) -> float:
    """Return the load offered where a share of those who abandon rings again, as often as it takes.

    The fixed point of offered = load / (1 − redial × abandoned(offered)), approached from below: the first
    contacts are ``load``.
    """
    offered = load
    if redial <= 0.0 or patience <= 0.0:
        return offered
    for _ in range(MOST_REDIALS):
        before = offered
        offered = load / (1.0 - redial * _outcome(servers, before, wait, patience)[2])
        if offered - before <= 1e-12 * offered:
            break
    return offered


@njit("boolean(int64, int64, float64, float64, float64, float64, float64, float64)", cache=True)
def _enough(  # noqa: PLR0917 (compiled code takes its arguments by place)
    agents: int,
    slots: int,
    load: float,
    wait: float,
    patience: float,
    redial: float,
    target: float,
    cap: float,
) -> bool:
    offered = offered_with_redials(agents * slots, load, wait, patience, redial)
    level, occupancy, _ = _outcome(agents * slots, offered, wait, patience)
    return level >= target and occupancy <= cap * (1.0 + CAP_TOLERANCE)


@njit("int64(float64, float64, float64, float64, float64, float64, int64, int64)", cache=True)
def fewest_agents(  # noqa: PLR0917
    load: float,
    wait: float,
    patience: float,
    redial: float,
    target: float,
    cap: float,
    slots: int,
    guess: int,
) -> int:
    """Return the fewest agents, from 1, that reach the target under the occupancy cap; 0 without load.

    Both the service level and the occupancy improve with every agent, so that the bounds of a search by
    doubled steps and then by halves, from any guess, are exact.
    """
    if load <= 0.0:
        return 0
    enough = max(1, guess)
    step = 1
    if _enough(enough, slots, load, wait, patience, redial, target, cap):
        short = enough - step
        while short > 0 and _enough(short, slots, load, wait, patience, redial, target, cap):
            enough = short
            step *= 2
            short = max(0, enough - step)
    else:
        short = enough
        enough = short + step
        while not _enough(enough, slots, load, wait, patience, redial, target, cap):
            short = enough
            step *= 2
            enough = short + step
    while enough - short > 1:
        middle = (enough + short) // 2
        if _enough(middle, slots, load, wait, patience, redial, target, cap):
            enough = middle
        else:
            short = middle
    return enough


@njit(
    "Tuple((int64[:], float64[:]))(float64[:], float64[:], float64[:], float64[:], float64, float64, float64,"
    " int64)",
    cache=True,
)
def agents_for_all(  # noqa: PLR0917
    load: np.ndarray,
    wait: np.ndarray,
    patience: np.ndarray,
    length: np.ndarray,
    redial: float,
    target: float,
    cap: float,
    slots: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return :func:`fewest_agents` of each interval, in order of time, and the loads that they are for.

    An overloaded interval, in which impatience alone keeps the queue finite, hands those who wait at its end
    to the next one: load × abandoned × patience of them (Little's law), which come there beside its own load.
    An interval without load of its own, as when closed, takes nobody over.

    Parameters
    ----------
    length
        Of the intervals in handle times, shape (n,).

    Notes
    -----
    Slots beyond the load, in square roots of it, are much the same from interval to interval (the square-root
    rule of S. Halfin and W. Whitt, 1981): where one search ended the next begins.
    """
    result = np.zeros(len(load), dtype=np.int64)
    carried = np.zeros(len(load))
    spare = 0.5
    waiting = 0.0
    for row in range(len(load)):
        if load[row] <= 0.0:
            waiting = 0.0
            continue
        own = load[row] + waiting / length[row]
        root = np.sqrt(own)
        guess = int(np.ceil((own + spare * root) / slots - 0.5))
        agents = fewest_agents(own, wait[row], patience[row], redial, target, cap, slots, guess)
        # After a load of next to nothing the rule says nothing of the next one.
        spare = min((agents * slots - own) / root, MOST_SPARE)
        offered = offered_with_redials(agents * slots, own, wait[row], patience[row], redial)
        waiting = 0.0
        if agents * slots < offered:
            waiting = offered * _outcome(agents * slots, offered, wait[row], patience[row])[2] * patience[row]
        result[row] = agents
        carried[row] = offered
    return result, carried


@njit("float64[:](int64[:], float64[:], float64[:], float64[:])", cache=True)
def service_of_all(
    servers: np.ndarray, load: np.ndarray, wait: np.ndarray, patience: np.ndarray
) -> np.ndarray:
    """Return the service level of each interval, shape (n,)."""
    result = np.zeros(len(load))
    for row in range(len(load)):
        result[row] = _outcome(servers[row], load[row], wait[row], patience[row])[0]
    return result


@njit("float64[:,:](float64[:], float64[:], float64[:], int64, int64)", cache=True)
def levels_up_to(
    load: np.ndarray, wait: np.ndarray, patience: np.ndarray, slots: int, most: int
) -> np.ndarray:
    """Return the service level of each interval with 0 … most agents, shape (n, most + 1)."""
    result = np.ones((len(load), most + 1))
    for row in range(len(load)):
        if load[row] > 0.0:
            for agents in range(most + 1):
                result[row, agents] = _outcome(agents * slots, load[row], wait[row], patience[row])[0]
    return result
