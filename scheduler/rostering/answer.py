"""One agent's best answer to the rota as it stands: the tour whose presence is worth most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scheduler.errors import SolverFailure
from scheduler.rostering.attendance import Leeway
from scheduler.rostering.kernels.breaks import duty_values
from scheduler.rostering.kernels.labels import BROKEN, NEVER
from scheduler.rostering.kernels.prices import earnings
from scheduler.rostering.kernels.tours import best_tour
from scheduler.rostering.meetings import Attended, Meeting, closed_by, free_of, hosts
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.tour import OFF, Tour, break_places, make_tour, own_cost, working_segments
from scheduler.rostering.walker import Room, build_walkers

__all__ = ["Answers"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BUCKET_MINUTES = 60
"""Of duties of one length, template and date that start within this time only the best is tried."""
ATTENDING = 0.9 * BROKEN
"""Worth of a meeting attended: a rule of runs is rather kept."""
MOST_PLACES = 20
"""Places of a meeting that are tried in each stretch of work."""
WIDTH = 1500
"""Labels kept per date: see :func:`scheduler.rostering.kernels.tours.best_tour`."""


class Answers:
    """Answers of a problem's people."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._walkers = build_walkers(problem)
        self._room = Room()
        self._groups = {
            number: _groups(person)
            for number, person in enumerate(problem.people)
            if self._walkers[number] is None
        }

    def best(self, number: int, value: Floats, leeway: Leeway | None = None) -> Tour:
        """Return a person's best tour.

        Parameters
        ----------
        value
            What presence in each interval is worth, in weighted agent-intervals, (T,).
        leeway
            What the rules across agents leave; None: everything.
        """
        person = self.problem.people[number]
        meetings = leeway.meetings if leeway is not None else ()
        pinned = closed_by(person.pinned, [(each.low, each.high) for each in meetings if each.settled])
        worth = self._slot_worth(value, pinned)
        rows = self._values(person, worth, pinned)
        if leeway is not None:
            self._heed(person, leeway, rows)
        chosen = self._attending(number, rows, meetings) if meetings else self._chosen(number, rows)
        return self.build(number, chosen, worth, meetings)

    def _chosen(self, number: int, rows: Floats) -> Ints:
        """Return the options of the best tour, by what each is worth.

        Where it bears more than a fair share, the line that touches the term there is charged, and the better
        tour of both is taken.
        """
        person = self.problem.people[number]
        first = self._walked(number, rows)
        if person.fair is None:
            return first
        slopes, _ = person.fair.line(person.fair.borne(person.options, first))
        if not slopes.any():
            return first
        second = self._walked(number, rows - person.fair.prices(person.options, slopes))
        return max(first, second, key=lambda chosen: self._worth(number, rows, chosen))

    def _worth(self, number: int, rows: Floats, chosen: Ints) -> float:
        """Return what a tour is worth with all its own terms: rows hold those of single dates already."""
        person = self.problem.people[number]
        worked = chosen[chosen >= 0]
        gain = float(rows[worked].sum() - person.options.base[worked].sum())
        return gain - own_cost(self.problem, person, chosen)

    def _walked(self, number: int, rows: Floats) -> Ints:
        """Return the options of the best tour without what it bears beyond a fair share."""
        walker = self._walkers[number]
        if walker is None:
            return self._by_labels(number, rows)
        chosen = np.empty(len(self.problem.dates), dtype=np.int64)
        if walker.best(rows, self._room, chosen) <= NEVER:
            raise SolverFailure(f"no tour at all for {self.problem.people[number].agent.name}")
        return chosen

    def _attending(self, number: int, rows: Floats, meetings: Sequence[Meeting]) -> Ints:
        """Return the options of a tour that has room for meetings, where there is one.

        The best tour often has. Else the date is tried on which working for a meeting costs least.
        """
        person = self.problem.people[number]
        able = {meeting: hosts(person, meeting, self.problem.slot) for meeting in meetings}
        for meeting in meetings:
            if meeting.settled:
                rows[able[meeting] & (rows > NEVER)] += ATTENDING
        chosen = self._chosen(number, rows)
        for meeting, holds in able.items():
            if not meeting.settled and not holds[chosen[chosen >= 0]].any():
                date = self._date_for(person, rows, holds)
                if date is not None:
                    rows[date.start : date.stop] += np.where(
                        holds[date] & (rows[date] > NEVER), ATTENDING, 0.0
                    )
                    chosen = self._chosen(number, rows)
        return chosen

    @staticmethod
    def _date_for(person: Person, rows: Floats, holds: npt.NDArray[np.bool_]) -> slice | None:
        """Return the options of the date on which working one that holds a meeting costs least."""
        best, found = NEVER, None
        first, off = person.options.first, person.options.off
        for day in range(len(off)):
            date = slice(int(first[day]), int(first[day + 1]))
            most = float(rows[date][holds[date]].max(initial=NEVER))
            if most > NEVER:
                gain = most - max(float(rows[date].max()), float(off[day]))
                if gain > best:
                    best, found = gain, date
        return found

    def _by_labels(self, number: int, rows: Floats) -> Ints:
        """Search over labels, where a person's counters have too many states for a walk."""
        problem = self.problem
        person = problem.people[number]
        kept = _best_of_groups(self._groups[number], rows)
        options = person.options
        first = np.searchsorted(kept, options.first).astype(np.int64)
        chosen = np.empty(len(problem.dates) + 1, dtype=np.int64)
        tour = person.tour
        total = best_tour(
            options.rows[kept], rows[kept], first, options.off, tour.away, problem.week, person.weekend,
            tour.floor, tour.week_min, tour.limits, tour.start, tour.spans, tour.ahead, tour.plan_min,
            problem.weights.under_contract / 60,
            person.forbidden, WIDTH, chosen,
        )  # fmt: skip
        if total <= NEVER:
            raise SolverFailure(f"no tour at all for {person.agent.name}")
        chosen = chosen[:-1]
        worked = chosen >= 0
        chosen[worked] = kept[chosen[worked]]
        return chosen

    def build(self, number: int, chosen: Ints, worth: Floats, meetings: Sequence[Meeting] = ()) -> Tour:
        """Return the tour of the chosen rows, with breaks and meetings where they lose least."""
        problem = self.problem
        person = problem.people[number]
        attended: Attended = ()
        for meeting in sorted(meetings, key=lambda each: (not each.settled, -each.slots)):
            attended += self._place(person, chosen, worth, meeting, attended)
        pinned = closed_by(person.pinned, [each[1:] for each in attended])
        breaks = []
        for row in chosen.tolist():
            places = break_places(problem, person, row, worth, pinned) if row != OFF else ()
            if places is None:
                raise SolverFailure(f"the breaks of {person.agent.name} fit nowhere")
            breaks.append(places)
        missed = len(meetings) - len(attended)
        return make_tour(problem, person, chosen, tuple(breaks), attended=attended, missed=missed)

    def _place(
        self, person: Person, chosen: Ints, worth: Floats, meeting: Meeting, attended: Attended
    ) -> Attended:
        """Return where a meeting loses least in a tour, with room for breaks beside it; empty: nowhere."""
        places: list[tuple[float, int, int]] = []
        taken = [each[1:] for each in attended]
        for day, row in enumerate(chosen.tolist()):
            spans = working_segments(self.problem, person, day, row, ()) if row != OFF else []
            for low, high in free_of(spans, taken):
                starts = np.arange(max(low, meeting.low), min(high, meeting.high) - meeting.slots + 1)
                loss = worth[starts + meeting.slots] - worth[starts]
                best = np.argsort(loss, kind="stable")[:MOST_PLACES]
                places += zip(loss[best].tolist(), starts[best].tolist(), [row] * len(best), strict=True)
        for _, start, row in sorted(places):
            span = (start, start + meeting.slots)
            pinned = closed_by(person.pinned, [*taken, span])
            if break_places(self.problem, person, row, worth, pinned) is not None:
                return ((meeting.number, *span),)
        return ()

    def slot_worth(self, number: int, value: Floats) -> Floats:
        """Return prefix sums over slots of what a person's presence is worth, (S + 1,)."""
        return self._slot_worth(value, self.problem.people[number].pinned)

    def _slot_worth(self, value: Floats, pinned: Ints) -> Floats:
        """Return the same with nothing of worth where the person is ``pinned``."""
        problem = self.problem
        per_slot = np.repeat(
            value * (problem.demand.hours / problem.slots_an_interval), problem.slots_an_interval
        )
        if pinned[-1]:
            per_slot[np.diff(pinned) > 0] = 0.0
        worth = np.zeros(len(per_slot) + 1)
        np.cumsum(per_slot, out=worth[1:])
        return worth

    def _values(self, person: Person, worth: Floats, pinned: Ints) -> Floats:
        """Return what each option is worth, coverage and own terms together; −1e300: not possible."""
        problem, options, patterns = self.problem, person.options, self.problem.patterns
        rows = np.zeros(len(options.rows))
        if patterns.apart and not pinned[-1]:
            earnings(
                worth, options.rows, options.pattern, problem.slot, patterns.rule_first, patterns.rules,
                options.base, rows,
            )  # fmt: skip
            rows[options.pattern < 0] = options.base[options.pattern < 0]
            return rows
        plain = options.pattern >= 0
        values = np.zeros(int(plain.sum()))
        duty_values(
            worth, pinned, options.rows[plain, 0] // problem.slot,
            (options.rows[plain, 1] - options.rows[plain, 0]) // problem.slot, options.pattern[plain],
            patterns.rule_first, patterns.rules, patterns.least_gap, patterns.most_gap, values,
        )  # fmt: skip
        rows[plain] = values
        return np.where(rows > NEVER, rows + options.base, NEVER)

    def _heed(self, person: Person, leeway: Leeway, rows: Floats) -> None:
        """Bar options for which there is no leeway, and add what the others mend."""
        slot = self.problem.slot
        rows[leeway.bars(person, slot)] = NEVER
        rows[rows > NEVER] += BROKEN * leeway.mends(person, slot)[rows > NEVER]


def _groups(person: Person) -> Ints:
    """Number the options that are alike to every rule but for some minutes of their start."""
    options = person.options
    rows = options.rows
    day = np.searchsorted(options.first, np.arange(len(rows)), side="right") - 1
    template = rows[:, 5] if person.contract.forbidden_next else np.zeros(len(rows), dtype=np.int64)
    bucket = min(BUCKET_MINUTES, person.contract.start_tolerance_minutes or BUCKET_MINUTES)
    alike = (rows[:, column] for column in (2, 3, 6, 7))
    keys = np.stack([day, template, rows[:, 0] // bucket, *alike], axis=1)
    return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _best_of_groups(groups: Ints, values: Floats) -> Ints:
    """Return the rows, in order, that are the first best of their group."""
    order = np.lexsort((-values, groups))
    leads = np.ones(len(order), dtype=bool)
    leads[1:] = groups[order[1:]] != groups[order[:-1]]
    return np.sort(order[leads]).astype(np.int64)
