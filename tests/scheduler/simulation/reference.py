"""The simulation again, plainly: one heap of events, lists, no compiled code, the same random numbers."""

from __future__ import annotations

import heapq
import math
from itertools import count
from typing import Any

import numpy as np

from scheduler.simulation.kernels.records import MEASURES
from scheduler.simulation.system import System

__all__ = ["Reference"]

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
GAPS, CONTACTS, ABSENCE = 1, 2, 3
HANDLE, PATIENCE, RETURNS, DELAY, CHILD = 1, 3, 4, 5, 6


def mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def identify(key: int, number: int) -> int:
    return mix((key + number * GAMMA) & MASK)


def draw(key: int, number: int) -> float:
    return ((identify(key, number) >> 11) + 0.5) * 2.0**-53


def exponential(key: int, number: int) -> float:
    return -math.log(draw(key, number))


class Reference:
    """Plays one replication; ``stats`` and ``overrun`` are what the compiled code must say too."""

    def __init__(self, system: System, seed: int, replication: int) -> None:
        self.queues, self.agents, self.demand = system.queues, system.agents, system.demand
        self.step, self.intervals = system.step_seconds, system.intervals
        self.end = self.step * self.intervals
        self.stats = np.zeros((self.intervals, len(self.queues.keys), len(MEASURES)))
        people = len(self.agents.names)
        self.overrun = np.zeros((people, 2))
        self.events: list[tuple[float, int, str, Any]] = []
        self.number = count()
        self.waiting: list[list[dict[str, Any]]] = [[] for _ in self.queues.keys]
        self.group = np.unique(self.agents.speed, axis=0, return_inverse=True)[1].reshape(-1)
        self.flexibility = (self.agents.speed > 0).sum(axis=1)
        self.hands: list[list[int]] = [[] for _ in range(people)]
        self.room = [math.inf] * people
        self.present = [False] * people
        self.left: list[tuple[float, int]] = [(0.0, 0)] * people
        self.since: list[tuple[float, int]] = [(0.0, 0)] * people
        self.key = identify(mix((seed + GAMMA) & MASK), replication)

    def stream(self, purpose: int, which: int) -> int:
        return identify(identify(self.key, purpose), which)

    def push(self, time: float, what: str, load: Any) -> None:
        if time < self.end:
            heapq.heappush(self.events, (time, next(self.number), what, load))

    def count(self, contact: dict[str, Any], measure: str, value: float = 1.0) -> None:
        self.stats[contact["interval"], contact["queue"], MEASURES.index(measure)] += value

    def span(self, agent: int, start: float, end: float, weight: float, measure: str) -> None:
        for i in range(int(start / self.step), min(self.intervals, int(end / self.step) + 1)):
            common = max(0.0, min(end, (i + 1) * self.step) - max(start, i * self.step))
            self.stats[i, self.agents.speed[agent] > 0, MEASURES.index(measure)] += common * weight

    def play(self) -> Reference:
        self.enter_presence()
        self.enter_contacts()
        for i in range(self.intervals):
            while self.events and self.events[0][0] < (i + 1) * self.step:
                time, _, what, load = heapq.heappop(self.events)
                getattr(self, what)(time, load)
            for q, line in enumerate(self.waiting):
                self.stats[i, q, MEASURES.index("backlog")] = len(line)
        for line in self.waiting:
            for contact in line:
                self.count(contact, "left")
                if contact["time"] + self.queues.limit_seconds[contact["queue"]] > self.end:
                    self.count(contact, "undecided")
        return self

    def enter_presence(self) -> None:
        changes: dict[float, list[tuple[int, int, bool]]] = {}
        key = self.stream(ABSENCE, 0)
        for (start, end), a, goes_on in zip(
            self.agents.segments, self.agents.segment_agent, self.agents.shift_goes_on, strict=True
        ):
            if draw(identify(key, int(a)), int(start)) >= self.agents.absence[a]:
                changes.setdefault(end, []).append((0, int(a), bool(goes_on)))
                changes.setdefault(start, []).append((1, int(a), False))
                self.span(int(a), start, end, 1.0, "available")
        for time, what in changes.items():
            self.push(time, "change", sorted(what))

    def enter_contacts(self) -> None:
        for q in range(len(self.queues.keys)):
            gaps, names = self.stream(GAPS, q), self.stream(CONTACTS, q)
            ahead, number = exponential(gaps, 0), 0
            for i, rate in enumerate(self.demand.contacts[q]):
                while ahead < rate:
                    self.push((i + ahead / rate) * self.step, "arrive", (q, identify(names, number)))
                    number += 1
                    ahead += exponential(gaps, number)
                ahead -= rate

    def change(self, now: float, what: list[tuple[int, int, bool]]) -> None:
        for starts, a, goes_on in what:
            if starts:
                self.stop_overrun(a, now)
                self.present[a] = True
                self.serve(a, now)
            else:
                self.present[a] = False
                self.left[a] = now, int(goes_on)

    def stop_overrun(self, a: int, now: float) -> None:
        if self.hands[a] and not self.present[a]:
            since, goes_on = self.left[a]
            self.overrun[a, goes_on] += now - since
            self.span(a, since, now, 1.0, "available")

    def fits(self, a: int, q: int) -> bool:
        held = len(self.hands[a])
        able = self.agents.speed[a, q] > 0 and self.present[a]
        return bool(able and held < self.room[a] and held < self.queues.concurrency[q])

    def arrive(self, now: float, load: tuple[int, int]) -> None:
        q, identity = load
        contact = {"queue": q, "identity": identity, "time": now, "interval": int(now / self.step)}
        self.count(contact, "arrived")
        able = [a for a in range(len(self.hands)) if self.fits(a, q)]
        if able:
            best = min(
                able,
                key=lambda a: (
                    -len(self.hands[a]), -self.agents.speed[a, q], self.flexibility[a],
                    self.since[a][0], self.group[a], self.since[a][1],
                ),
            )  # fmt: skip
            self.take(contact, best, now)
            self.since[best] = now, next(self.number)
            return
        self.waiting[q].append(contact)
        if self.queues.patience_seconds[q] < math.inf:
            gives_up = now + self.queues.patience_seconds[q] * exponential(identity, PATIENCE)
            self.push(gives_up, "give_up", contact)

    def give_up(self, now: float, contact: dict[str, Any]) -> None:
        q, identity = contact["queue"], contact["identity"]
        if contact not in self.waiting[q]:
            return
        self.waiting[q].remove(contact)
        self.count(contact, "abandoned")
        if self.queues.redial_rate[q] > 0 and draw(identity, RETURNS) < self.queues.redial_rate[q]:
            delay = self.queues.redial_delay_seconds[q] * exponential(identity, DELAY)
            self.push(now + delay, "arrive", (q, identify(identity, CHILD)))

    def take(self, contact: dict[str, Any], a: int, now: float) -> None:
        q, identity, waited = contact["queue"], contact["identity"], now - contact["time"]
        self.count(contact, "answered")
        self.count(contact, "wait", waited)
        seconds = self.demand.aht_seconds[q, contact["interval"]] * self.share(q, identity)
        done = now + seconds / self.agents.speed[a, q]
        decided = done - contact["time"] if self.queues.deferred[q] else waited
        if decided <= self.queues.limit_seconds[q]:
            self.count(contact, "in_time")
        self.span(a, now, done, 1.0 / self.queues.concurrency[q], "busy")
        self.hands[a].append(q)
        self.room[a] = min(self.room[a], self.queues.concurrency[q])
        self.push(done, "complete", (a, q, identity))

    def share(self, q: int, identity: int) -> float:
        cv = self.queues.handle_cv[q]
        if math.isnan(cv):
            return exponential(identity, HANDLE)
        sigma = math.sqrt(math.log1p(cv**2))
        angle = 2 * math.pi * draw(identity, HANDLE + 1)
        return math.exp(sigma * math.sqrt(2 * exponential(identity, HANDLE)) * math.cos(angle) - sigma**2 / 2)

    def complete(self, now: float, load: tuple[int, int, int]) -> None:
        a, q, identity = load
        if self.queues.repeat_rate[q] > 0 and draw(identity, RETURNS) < self.queues.repeat_rate[q]:
            delay = self.queues.repeat_delay_seconds[q] * exponential(identity, DELAY)
            self.push(now + delay, "arrive", (q, identify(identity, CHILD)))
        if len(self.hands[a]) == 1:
            self.stop_overrun(a, now)
            self.room[a] = math.inf
        self.hands[a].remove(q)
        if self.present[a]:
            self.serve(a, now)

    def serve(self, a: int, now: float) -> None:
        while able := [q for q, line in enumerate(self.waiting) if line and self.fits(a, q)]:
            q = min(able, key=self.urgency)
            self.take(self.waiting[q].pop(0), a, now)
        self.since[a] = now, next(self.number)

    def urgency(self, q: int) -> tuple[bool, float, float]:
        first = self.waiting[q][0]["time"]
        if self.queues.deferred[q]:
            return True, 0.0, first + self.queues.limit_seconds[q]
        return False, -self.queues.priority[q], first
