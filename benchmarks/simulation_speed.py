"""Measure how fast contacts are simulated, and Ciw on the same systems in the same run.

    python -m benchmarks.simulation_speed --out simulation_speed.json

Small systems run on one thread; contacts per second of the clock and of processor time are told, as machines
are often busy. The large one (1,000 agents, 60 queues, 4 weeks, 100 replications) runs on ``--workers``
threads. Kernels are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.large_centre import large_centre
from benchmarks.report import environment, write_report
from scheduler.simulation.report import service_report
from scheduler.simulation.simulate import simulate
from scheduler.simulation.system import System
from tests.scheduler.simulation.centres import Line, Person, centre
from tests.scheduler.simulation.ciw_centre import CiwQueue, simulate_by_ciw

PACKAGES = ("sunrota", "numba", "numpy", "ciw")
CONTACTS_WANTED = 5_000_000
CIW_HOURS = 300.0
BOTH = frozenset({0, 1})
QUEUES = (CiwQueue(60.0, 180.0, 1.0, 120.0), CiwQueue(40.0, 240.0, 1.0, 300.0))
SKILLED = {
    "V: 6 agents, 2 queues": [BOTH] * 6,
    "N: 2 + 4 agents, 2 queues": [frozenset({0})] * 2 + [BOTH] * 4,
}


def single_queue(agents: int, erlangs: float) -> System:
    """Return agents of one skill at a load, lognormal handle times of 180 s, patience of 180 s."""
    line = Line(erlangs * 20.0, aht=180.0, cv=1.0, patience=180.0)
    return centre([line], [Person()] * agents, days=28)


def skilled_system(servers: list[frozenset[int]]) -> System:
    """Return the system that Ciw simulates too."""
    lines = [
        Line(queue.per_hour, aht=queue.aht, cv=queue.cv, patience=queue.patience, priority=-place)
        for place, queue in enumerate(QUEUES)
    ]
    people = [Person(tuple(float(place in skills) for place in range(2))) for skills in servers]
    return centre(lines, people, days=28)


def timed(work: Callable[[], float]) -> dict[str, float]:
    """Return contacts of a piece of work, seconds and contacts per second, by clock and by processor."""
    clock, processor = time.perf_counter(), time.process_time()
    contacts = work()
    seconds, busy = time.perf_counter() - clock, time.process_time() - processor
    return {
        "contacts": contacts,
        "seconds": round(seconds, 3),
        "processor_seconds": round(busy, 3),
        "contacts_per_second": round(contacts / seconds),
        "contacts_per_processor_second": round(contacts / busy),
    }


def ours(system: System, seed: int) -> dict[str, float]:
    """Measure a small system on one thread."""
    replications = max(1, round(CONTACTS_WANTED / system.demand.contacts.sum()))
    return timed(lambda: simulate(system, replications=replications, seed=seed).contacts)


def by_ciw(servers: list[frozenset[int]], seed: int) -> dict[str, float]:
    """Measure Ciw."""
    return timed(
        lambda: float(
            simulate_by_ciw(QUEUES, servers, hours=CIW_HOURS, warm_up_hours=0.0, seed=seed)["arrived"].sum()
        )
    )


def large(options: argparse.Namespace) -> dict[str, object]:
    """Measure the large system; say what service it gives, for a fast answer must not be an empty one."""
    system = large_centre(agents=options.agents, queues=options.queues, days=28, seed=options.seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reports: list[dict[str, object]] = []

    def work() -> float:
        result = simulate(
            system, replications=options.replications, seed=options.seed, workers=options.workers
        )
        report = service_report(result)
        reports.append({name: report[name] for name in ("live", "deferred")})
        return result.contacts

    measured = timed(work)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "agents": options.agents,
        "queues": options.queues,
        "replications": options.replications,
        "workers": options.workers,
        **measured,
        "peak_memory_mb": round(after / 1024),
        "of_which_simulation_mb": round((after - before) / 1024),
        "service": reports[0],
    }


def main() -> None:
    """Measure, print a table and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--queues", type=int, default=60)
    parser.add_argument("--replications", type=int, default=100)
    options = parser.parse_args()
    simulate(single_queue(2, 1.0), replications=1)
    rows: dict[str, dict[str, float]] = {}
    for agents, erlangs in ((14, 12.0), (140, 132.0), (1000, 980.0)):
        rows[f"{agents} agents, 1 queue"] = ours(single_queue(agents, erlangs), options.seed)
    for name, servers in SKILLED.items():
        rows[name] = ours(skilled_system(servers), options.seed)
        rows[f"{name}, by Ciw"] = by_ciw(servers, options.seed)
    print(f"{'system':36} {'contacts':>12} {'seconds':>9} {'per second':>12} {'per CPU s':>12}")
    for name, row in rows.items():
        print(
            f"{name:36} {row['contacts']:12,.0f} {row['seconds']:9.2f} {row['contacts_per_second']:12,} "
            f"{row['contacts_per_processor_second']:12,}"
        )
    plan = large(options)
    print(
        f"{options.agents} agents, {options.queues} queues, 28 days, {options.replications} replications on "
        f"{options.workers} threads: {plan['contacts']:,.0f} contacts in {plan['seconds']} s "
        f"({plan['processor_seconds']} s of processors), {plan['of_which_simulation_mb']} MB; "
        f"{plan['service']}"
    )
    where = environment(PACKAGES, options.seed)
    print(where)
    write_report(options.out, {**where, "small": rows, "large": plan})


if __name__ == "__main__":
    main()
