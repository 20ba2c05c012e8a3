"""Activities to attend as variables: one per person, activity and slot at which it may begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.rostering.exact.breaks import BreakVariable
from scheduler.rostering.exact.rules import Linear, TourRules
from scheduler.rostering.meetings import Attended, Meeting
from scheduler.rostering.problem import Problem
from scheduler.rostering.tour import OFF, Tour, working_segments

__all__ = ["MeetingModel", "MeetingVariable"]


@dataclass(frozen=True)
class MeetingVariable:
    """An activity that a person attends in slots [start, end)."""

    person: int
    number: int
    start: int
    end: int
    variable: cp_model.IntVar


class MeetingModel:
    """What free people attend.

    Attributes
    ----------
    broken
        Whether each activity that is not settled is missed.
    """

    def __init__(self, model: cp_model.CpModel, problem: Problem, times: dict[int, int]) -> None:
        """Begin; ``times``: slots of activities that people who are not free attend together."""
        self.broken: list[Linear] = []
        self._model = model
        self._problem = problem
        self._times = times
        self._together: dict[tuple[int, int], cp_model.IntVar] = {}
        self._variables: dict[int, list[MeetingVariable]] = defaultdict(list)

    def add_person(self, number: int, tour: TourRules, now: Tour, days: Sequence[int]) -> Attended:
        """Add what a person attends on free dates; return what stays as it is on the others."""
        meetings = self._problem.meetings[number]
        if not meetings:
            return ()
        options, slot = tour.person.options, self._problem.slot
        settled = [int(row) for day, row in enumerate(now.chosen) if row != OFF and day not in days]
        spans = [(int(options.rows[row, 0]) // slot, int(options.rows[row, 1]) // slot) for row in settled]
        kept = tuple(
            each for each in now.attended if any(low <= each[1] and each[2] <= high for low, high in spans)
        )
        holds = self._holding(tour, days)
        for meeting in meetings:
            if meeting.number in {each[0] for each in kept}:
                continue
            self._add(number, meeting, holds, tour)
        return kept

    def _holding(self, tour: TourRules, days: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return stretches of the free options in which activities may lie: (first slot, end, row)."""
        return [
            (low, high, row)
            for day in days
            for row in tour.rows[day]
            for low, high in working_segments(self._problem, tour.person, day, row, ())
        ]

    def _add(
        self, number: int, meeting: Meeting, holds: Sequence[tuple[int, int, int]], tour: TourRules
    ) -> None:
        if meeting.number in self._times:
            meeting = meeting.at(self._times[meeting.number])
        rows: dict[int, list[int]] = defaultdict(list)
        for low, high, row in holds:
            for start in range(max(low, meeting.low), min(high, meeting.high) - meeting.slots + 1):
                rows[start].append(row)
        own = []
        for start in sorted(rows):
            variable = self._model.new_bool_var("")
            self._model.add(variable <= sum(tour.pick[row] for row in rows[start]))
            if meeting.together and meeting.number not in self._times:
                self._model.add(variable <= self._time(meeting, start))
            own.append(MeetingVariable(number, meeting.number, start, start + meeting.slots, variable))
        missed = self._model.new_bool_var("")
        self._model.add(sum(each.variable for each in own) + missed == 1)
        self.broken.append(missed)
        self._variables[number] += own

    def _time(self, meeting: Meeting, start: int) -> cp_model.IntVar:
        if (meeting.number, start) not in self._together:
            self._together[meeting.number, start] = self._model.new_bool_var("")
        return self._together[meeting.number, start]

    def constrain(self, breaks: dict[int, list[BreakVariable]]) -> None:
        """Keep one time of each activity, and a person's activities and breaks apart."""
        for number in sorted({number for number, _ in self._together}):
            times = [variable for (which, _), variable in self._together.items() if which == number]
            self._model.add_at_most_one(times)
        for person, own in self._variables.items():
            busy: dict[int, list[cp_model.IntVar]] = defaultdict(list)
            met: set[int] = set()
            for each in own:
                met.update(range(each.start, each.end))
                for at in range(each.start, each.end):
                    busy[at].append(each.variable)
            for pause in breaks[person]:
                for at in range(pause.start, pause.start + pause.slots):
                    busy[at].append(pause.variable)
            for at in sorted(met):
                if len(busy[at]) > 1:
                    self._model.add_at_most_one(busy[at])

    def of(self, person: int) -> list[MeetingVariable]:
        """Return a person's variables."""
        return self._variables[person]

    def hint(self, person: int, attended: Attended) -> None:
        """Start the search where a person attends now."""
        for each in self._variables[person]:
            self._model.add_hint(each.variable, int((each.number, each.start, each.end) in attended))

    def attended(self, solver: cp_model.CpSolver, person: int) -> Attended:
        """Return what a person attends on free dates as the solver has it."""
        return tuple(
            (each.number, each.start, each.end)
            for each in self._variables[person]
            if solver.boolean_value(each.variable)
        )

    def times(self, solver: cp_model.CpSolver) -> dict[int, int]:
        """Return the times of what is attended together."""
        found = {
            number: start
            for (number, start), variable in self._together.items()
            if solver.boolean_value(variable)
        }
        return {**self._times, **found}
