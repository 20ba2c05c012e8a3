"""Hold the simulation against a real contact centre: the Anonymous Bank of Israel, September 1999.

    python -m benchmarks.anonymous_bank DATA_DIR --out anonymous_bank.json

DATA_DIR is a workspace with the bank's half hours: contacts, handle times, contacts answered within 20 s and
abandoned. Nobody recorded who was at work. So the number of agents of each half hour of the day, one for all
working days, and one mean patience are inferred on every other working day, by Erlang A from the shares
answered within 20 s and abandoned. Then the other days are simulated with their own volumes and handle times,
and what the simulation says of them is set beside what happened.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.report import environment, write_report
from forecasting.queues import QueueKey
from forecasting.timegrid import wall_clock
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate import simulate
from scheduler.simulation.system import AgentArrays, Demand, QueueArrays, System
from scheduler.staffing.service import LiveLoad, expected_service

Floats = npt.NDArray[np.float64]

PACKAGES = ("sunrota", "numba", "numpy", "pandas")
ZONE = "Asia/Jerusalem"
SERVED_TOGETHER = ("phone", "stock_phone", "prospect_phone")
FIRST, LAST = np.datetime64("1999-09-01"), np.datetime64("1999-09-30")
OPEN, SLOTS = 420, 34
SLOT_SECONDS = 1800.0
THRESHOLD = 20.0
FEWEST_A_DAY = 700
WORKING = (6, 0, 1, 2, 3)
MOST_AGENTS = 30
PATIENCE = (60, 90, 120, 180, 240, 300, 420, 600)


@dataclass(frozen=True)
class Days:
    """Half hours of working days, shape (days, slots); an unknown handle time is that of all days' slot."""

    dates: tuple[str, ...]
    contacts: Floats
    abandoned: Floats
    in_time: Floats
    aht: Floats

    def part(self, chosen: slice) -> Days:
        """Return some of the days."""
        arrays = (getattr(self, name)[chosen] for name in ("contacts", "abandoned", "in_time", "aht"))
        return Days(self.dates[chosen], *arrays)


def read_days(directory: Path) -> Days:
    """Return the working days of the month, Sunday to Thursday from 07:00 to 24:00, without holidays."""
    columns = ["interval_start", "channel", "contacts", "aht_seconds", "abandoned", "answered_in_time"]
    frame = pd.read_csv(directory / "contacts.csv", usecols=columns, parse_dates=["interval_start"])
    frame = frame[frame["channel"].isin(SERVED_TOGETHER)]
    clock = wall_clock(pd.DatetimeIndex(frame["interval_start"]), ZONE)
    frame = frame.assign(day=clock.day, slot=(clock.minute - OPEN) // 30, weekday=clock.weekday)
    inside = (clock.day >= FIRST) & (clock.day <= LAST) & np.isin(clock.weekday, WORKING)
    frame = frame[inside & (frame["slot"] >= 0)]
    frame["work"] = frame["contacts"] * frame["aht_seconds"].fillna(0.0)
    frame["timed"] = frame["contacts"].where(frame["aht_seconds"].notna(), 0.0)
    sums = frame.groupby(["day", "slot"])[
        ["contacts", "abandoned", "answered_in_time", "work", "timed"]
    ].sum()
    wide = {name: sums[name].unstack("slot", fill_value=0) for name in sums}
    busy = wide["contacts"].sum(axis=1) >= FEWEST_A_DAY
    table = {name: values[busy].to_numpy(np.float64) for name, values in wide.items()}
    usual = table["work"].sum(axis=0) / table["timed"].sum(axis=0)
    aht = np.divide(
        table["work"], table["timed"], out=np.tile(usual, (len(table["work"]), 1)), where=table["timed"] > 0
    )
    dates = tuple(str(day)[:10] for day in wide["contacts"].index[busy])
    return Days(dates, table["contacts"], table["abandoned"], table["answered_in_time"], aht)


def infer(days: Days) -> tuple[Floats, float]:
    """Return agents per slot (a fraction: one more on that share of days) and the mean patience."""
    best: tuple[float, Floats, float] | None = None
    for patience in PATIENCE:
        agents, abandoned = np.zeros(SLOTS), 0.0
        for slot in range(SLOTS):
            levels, lost = _predicted(days, slot, float(patience))
            observed = days.in_time[:, slot].sum()
            agents[slot] = np.interp(observed, levels, np.arange(len(levels)))
            abandoned += float(np.interp(agents[slot], np.arange(len(lost)), lost))
        error = abs(abandoned - days.abandoned.sum())
        if best is None or error < best[0]:
            best = error, agents, float(patience)
    assert best is not None
    return best[1], best[2]


def _predicted(days: Days, slot: int, patience: float) -> tuple[Floats, Floats]:
    """Return contacts in time and abandoned, summed over the days, with 0 … MOST_AGENTS agents (Erlang A)."""
    levels, lost = np.zeros(MOST_AGENTS + 1), np.zeros(MOST_AGENTS + 1)
    for contacts, aht in zip(days.contacts[:, slot], days.aht[:, slot], strict=True):
        if contacts > 0:
            load = LiveLoad(contacts, SLOT_SECONDS, aht, THRESHOLD, patience_seconds=patience)
            services = [expected_service(load, agents) for agents in range(MOST_AGENTS + 1)]
            levels += contacts * np.array([service.service_level for service in services])
            lost += contacts * np.array([service.abandoned for service in services])
    return levels, lost


def system(days: Days, agents: Floats, patience: float, seed: int) -> System:
    """Return the days one after another, each from opening to closing."""
    count = len(days.dates)
    segments, owners = [], []
    # A fraction is one more agent on that share of the days. Who stays from slot to slot is one person.
    extra = (np.argsort(np.random.default_rng(seed).permutation(count)) + 0.5) / count
    present = np.floor(agents[None, :] + extra[:, None])
    for day in range(count):
        for place in range(int(present.max())):
            here = np.concatenate(([False], present[day] > place, [False]))
            for first, last in np.flatnonzero(np.diff(here)).reshape(-1, 2):
                segments.append(((day * SLOTS + first) * SLOT_SECONDS, (day * SLOTS + last) * SLOT_SECONDS))
                # Nobody works over midnight: a day's agents are its own.
                owners.append(day * MOST_AGENTS + place)
    people = count * MOST_AGENTS
    one = np.ones(1)
    return System(
        queues=QueueArrays(
            keys=(QueueKey("il", "he", "phone"),),
            deferred=np.zeros(1, dtype=bool),
            target=0.8 * one,
            limit_seconds=THRESHOLD * one,
            patience_seconds=patience * one,
            concurrency=np.ones(1, dtype=np.int64),
            priority=one,
            handle_cv=one,
            repeat_rate=0 * one,
            repeat_delay_seconds=0 * one,
            redial_rate=0 * one,
            redial_delay_seconds=0 * one,
        ),
        agents=AgentArrays(
            names=tuple(f"a{place}" for place in range(people)),
            speed=np.ones((people, 1)),
            absence=np.zeros(people),
            segments=np.array(segments),
            segment_agent=np.array(owners),
            shift_goes_on=np.zeros(len(segments), dtype=bool),
        ),
        demand=Demand(
            contacts=days.contacts.reshape(1, -1),
            aht_seconds=days.aht.reshape(1, -1),
            day=np.repeat(np.arange(count), SLOTS)[None],
            dates=tuple(date.fromisoformat(day) for day in days.dates),
            day_variance=0 * one,
            interval_variance=np.zeros((1, count * SLOTS)),
        ),
        start=pd.Timestamp("1999-09-01", tz="UTC").to_pydatetime(),
        interval_minutes=30,
    )


def compare(days: Days, result: SimulationResult) -> dict[str, object]:
    """Set shares in time and abandoned beside each other: of all contacts, and hour by hour."""
    report: dict[str, object] = {"days": len(days.dates), "contacts": float(days.contacts.sum())}
    for name, ratio, observed in (
        ("in_time", "service_level", days.in_time),
        ("abandoned", "abandonment", days.abandoned),
    ):
        place = ("service_level", "asa_seconds", "abandonment").index(ratio)
        above, below = (
            result.moments[:, 0, place, column].reshape(-1, SLOTS // 2, 2).sum(axis=(0, 2))
            for column in (0, 1)
        )
        real = observed.reshape(-1, SLOTS // 2, 2).sum(axis=(0, 2))
        weight = days.contacts.reshape(-1, SLOTS // 2, 2).sum(axis=(0, 2))
        hours = np.abs(above / below - real / weight)
        report[name] = {
            "observed": round(float(real.sum() / weight.sum()), 4),
            "simulated": round(float(above.sum() / below.sum()), 4),
            "mean_error_by_hour": round(float(np.average(hours, weights=weight)), 4),
            "largest_error_by_hour": round(float(hours.max()), 4),
        }
    return report


def main() -> None:
    """Infer, simulate, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replications", type=int, default=200)
    options = parser.parse_args()
    days = read_days(options.data)
    known, held_out = days.part(slice(0, None, 2)), days.part(slice(1, None, 2))
    agents, patience = infer(known)
    report: dict[str, object] = {
        "patience_seconds": patience,
        "agents_by_hour": [round(float(value), 2) for value in agents.reshape(-1, 2).mean(axis=1)],
    }
    for name, part in (("inferred_from", known), ("held_out", held_out)):
        result = simulate(
            system(part, agents, patience, options.seed), replications=options.replications, seed=options.seed
        )
        report[name] = compare(part, result)
    for name, value in report.items():
        print(f"{name}: {value}")
    write_report(options.out, {**environment(PACKAGES, options.seed), **report})


if __name__ == "__main__":
    main()
