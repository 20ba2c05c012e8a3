"""Machine translation as the last resort: idle units take what native cover leaves short."""

from __future__ import annotations

from numba import njit

__all__ = ["translate", "translation_values"]

DUST = 1e-9


@njit("i8(i8, i8, i4[:, ::1], i4[:, ::1], i8[::1], i4[:, ::1])", cache=True)
def _idle(step, kind, present, x, kind_first, idle):  # type: ignore[no-untyped-def]
    """Return the units of a kind that serve nobody; −1 in ``idle`` means not yet counted."""
    if idle[step, kind] < 0:
        left = present[step, kind]
        for edge in range(kind_first[kind], kind_first[kind + 1]):
            left -= x[step, edge]
        idle[step, kind] = left
    return idle[step, kind]


@njit("i8(i8, b1, f8, f8, f8, f8, f8, f8)", cache=True)
def _units(left, more, rest, speed, share, weight, price, over):  # type: ignore[no-untyped-def]
    """Return how many idle units gain by serving the rest: whole ones, and if ``more`` a part of one."""
    amount = speed * share
    units = 0
    if weight * speed > price + DUST:
        units = min(left, int(rest / amount + DUST))
    rest -= units * amount
    if more and units < left and rest > DUST:
        gain = weight * min(rest, amount) - price * share - over * max(0.0, amount - rest)
        if gain > DUST:
            units += 1
    return units


@njit("void(i8, f8[:, ::1], i8, f8[:, ::1], f8[:, ::1])", cache=True)
def _in_order(queue, required, window, served, short):  # type: ignore[no-untyped-def]
    """Count what a deferred queue leaves short, first in, first out."""
    steps = len(required)
    for step in range(steps):
        short[step, queue] = required[step, queue]
    row = 0
    for step in range(steps):
        row = max(row, step - window + 1)
        left = served[step, queue]
        while left > DUST and row <= step:
            part = min(left, short[row, queue])
            left -= part
            short[row, queue] -= part
            if short[row, queue] > DUST:
                break
            row += 1
    for step in range(steps):
        if short[step, queue] <= DUST:
            short[step, queue] = 0.0


@njit(
    "void(i4[:, ::1], i4[:, ::1], i8[::1], i8[::1], i8[::1], f8[::1], i8[::1], f8[:, ::1], f8[:, ::1],"
    " f8[::1], i8[::1], f8, f8, f8, i4[:, ::1], i4[:, ::1], f8[:, ::1], f8[:, ::1])",
    cache=True,
)
def translate(  # type: ignore[no-untyped-def]
    present, x, kind_first, kind, queue, speed, order, required, weight, priority, window, share, price, over,
    idle, translated, served, short,
):  # fmt: skip
    """Give idle units to what is short in queues that they serve by machine translation.

    Deferred work is taken oldest first, in part units only when it is due; what is left of it is then counted
    anew, first in, first out, with all who serve it.

    Parameters
    ----------
    present, x
        Units per kind, (T, K), and those that serve by skill, (T, E).
    kind, queue, speed, order
        Of each pair that translates, (F,), and their places by queue, the best first.
    price
        Of an agent-interval by machine translation, in weighted agent-intervals.
    idle
        Room for units per kind, (T, K).
    translated
        Result: units of each pair, (T, F).
    served, short
        By skill alone, (T, Q); result, with machine translation.
    """
    steps = len(required)
    idle[:] = -1
    translated[:] = 0
    last = 0
    while last < len(order):
        first = last
        here = queue[order[first]]
        while last < len(order) and queue[order[last]] == here:
            last += 1
        some = False
        for step in range(steps):
            if short[step, here] > DUST and weight[step, here] > 0:
                some = True
                break
        if not some:
            continue
        if window[here] == 0:
            for step in range(steps):
                for at in range(first, last):
                    rest = short[step, here]
                    if rest <= DUST or weight[step, here] <= 0:
                        break
                    place = order[at]
                    left = _idle(step, kind[place], present, x, kind_first, idle)
                    taken = _units(left, True, rest, speed[place], share, weight[step, here], price, over)
                    if taken > 0:
                        idle[step, kind[place]] -= taken
                        translated[step, place] += taken
                        served[step, here] += taken * speed[place] * share
                        missing = required[step, here] - served[step, here]
                        short[step, here] = missing if missing > DUST else 0.0
            continue
        helped = False
        waiting = 0.0
        row = 0
        for step in range(steps):
            # ``short`` holds what is open of each row: it is counted anew below.
            while row < step - window[here] + 1:
                if weight[row, here] > 0:
                    waiting -= short[row, here]
                row += 1
            if weight[step, here] > 0:
                waiting += short[step, here]
            due = step == steps - 1 or (
                step >= window[here] - 1 and short[step - window[here] + 1, here] > DUST
            )
            for at in range(first, last):
                if waiting <= DUST:
                    break
                place = order[at]
                left = _idle(step, kind[place], present, x, kind_first, idle)
                taken = _units(left, due, waiting, speed[place], share, priority[here], price, over)
                if taken == 0:
                    continue
                helped = True
                idle[step, kind[place]] -= taken
                translated[step, place] += taken
                served[step, here] += taken * speed[place] * share
                done = min(waiting, taken * speed[place] * share)
                waiting -= done
                while done > DUST and row <= step:
                    if weight[row, here] > 0:
                        part = min(done, short[row, here])
                        done -= part
                        short[row, here] -= part
                        if short[row, here] > DUST:
                            break
                        short[row, here] = 0.0
                    row += 1
        if helped:
            _in_order(here, required, window[here], served, short)


@njit(
    "void(f8, i8[::1], f8[::1], f8[:, ::1], f8[:, ::1], f8[:, ::1], f8[::1], i8[::1], f8[:, ::1], f8[:, ::1],"
    " f8, f8[::1])",
    cache=True,
)
def translation_values(  # type: ignore[no-untyped-def]
    bend, queue, speed, short, required, weight, priority, window, amount, scarcity, price, value,
):  # fmt: skip
    """Raise what one more agent of a kind is worth to what it would be by machine translation.

    Parameters
    ----------
    queue, speed
        Of the kind's translations.
    short
        With those who serve, (T, Q); the other arrays as for
        :func:`scheduler.rostering.kernels.values.kind_values`.
    """
    for step in range(len(value)):
        for at in range(len(queue)):
            here = queue[at]
            if window[here] > 0:
                room, worth, urgency = amount[step, here], priority[here], scarcity[step, here]
            else:
                room, worth = short[step, here], weight[step, here]
                urgency = room / required[step, here] if room > DUST else 0.0
            if room > DUST:
                used = min(1.0, room / speed[at])
                gain = used * (speed[at] * worth * (1.0 - bend + bend * urgency) - price)
                value[step] = max(value[step], gain)
