"""Make the two synthetic workspaces ``global_support`` and ``global_support_tickets``.

Run as ``python sample_data/make_global_support.py [--out DIR] [--seed N]``. Everything in them is drawn from
the seed: the same seed gives the same bytes. The READMEs are written by hand and left alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

if not __package__:
    # Run by its path, as the docstring says, rather than as a module.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sample_data.generator.contacts import contact_table
from sample_data.generator.days import availability_rows, fixed_rows, history_rows, time_off_rows, wish_rows
from sample_data.generator.demand import EVENTS, QUEUES, QueueSpec, queue_rows
from sample_data.generator.markets import MARKETS
from sample_data.generator.people import AgentRow, agent_rows
from sample_data.generator.supply import CONTRACTS, RATES, SHIFTS, SITES, ContractSpec, ShiftSpec
from sample_data.generator.tickets import TICKET_COLUMNS, TICKET_QUEUES, ticket_rows
from sample_data.generator.writing import write_csv, write_parquet, write_text

PLAN_START = date(2026, 3, 23)
HISTORY_START = date(2025, 3, 23)
TICKETS_START = PLAN_START - timedelta(weeks=6)
SEED = 7
PLAN = f'start = {PLAN_START}\ndays = 14\ninterval_minutes = 30\ncurrency = "EUR"\n'


def write_markets(out: Path, specs: Sequence[QueueSpec]) -> None:
    """Write the queues and the regions that they are in."""
    used = {spec.region for spec in specs}
    write_csv(
        out / "regions.csv",
        ["region", "time_zone", "country", "subdivision"],
        [[name, *market[:3]] for name, market in MARKETS.items() if name in used],
    )
    write_csv(out / "queues.csv", *queue_rows(specs))


def write_demand(out: Path, seed: int) -> None:
    """Write plan.toml, regions, queues, events and contacts."""
    rates = "".join(f"{code} = {value}\n" for code, value in RATES.items())
    write_text(out / "plan.toml", f"{PLAN}\n[rates]\n{rates}")
    write_markets(out, QUEUES)
    write_csv(out / "events.csv", ["start", "end", "factor", "region", "language", "channel", "name"], EVENTS)
    write_parquet(out / "contacts.parquet", contact_table(seed, QUEUES, HISTORY_START, PLAN_START))


def write_supply(out: Path) -> None:
    """Write sites, shifts and contracts."""
    header = [
        "site",
        "time_zone",
        "country",
        "subdivision",
        "rules",
        "currency",
        "seats",
        "hours",
        "shrinkage",
    ]
    rows = [[name, *site[1:4], "none", *site[4:8]] for name, site in SITES.items()]
    write_csv(out / "sites.csv", header, rows)
    write_csv(out / "shifts.csv", ["shift", *ShiftSpec._fields], [[k, *v] for k, v in SHIFTS.items()])
    write_csv(
        out / "contracts.csv", ["contract", *ContractSpec._fields], [[k, *v] for k, v in CONTRACTS.items()]
    )


def write_people(out: Path, seed: int) -> None:
    """Write agents and the tables about their days."""
    agents = agent_rows(seed)
    fields = [*AgentRow._fields[:-2], "from", "until"]
    fixed = fixed_rows(agents, PLAN_START)
    busy = {str(row[0]) for row in fixed}
    write_csv(out / "agents.csv", fields, agents)
    write_csv(out / "availability.csv", ["agent", "weekday", "date", "from", "to"], availability_rows())
    write_csv(
        out / "time_off.csv",
        ["agent", "start", "end", "kind", "paid"],
        time_off_rows(seed, agents, PLAN_START, busy),
    )
    write_csv(
        out / "wishes.csv",
        ["agent", "date", "weekday", "wish", "weight"],
        wish_rows(seed, agents, PLAN_START),
    )
    write_csv(
        out / "fixed.csv", ["agent", "start", "end", "activity", "shift", "breaks", "paid_minutes"], fixed
    )
    write_csv(
        out / "history.csv",
        ["agent", "date", "worked_minutes", "end", "shift", "night", "weekend"],
        history_rows(seed, agents, PLAN_START),
    )


def make(out: Path, seed: int) -> None:
    """Write both workspaces into ``out``."""
    rota = out / "global_support"
    rota.mkdir(parents=True, exist_ok=True)
    write_demand(rota, seed)
    write_supply(rota)
    write_people(rota, seed)

    tickets = out / "global_support_tickets"
    tickets.mkdir(parents=True, exist_ok=True)
    write_text(tickets / "plan.toml", PLAN)
    write_markets(tickets, TICKET_QUEUES)
    rows = ticket_rows(seed, TICKET_QUEUES, TICKETS_START, PLAN_START)
    write_csv(tickets / "tickets.csv", TICKET_COLUMNS, rows)


def main() -> None:
    """Run the generator from the command line."""
    parser = argparse.ArgumentParser(description="Make the synthetic global-support workspaces.")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent, metavar="DIR")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    arguments = parser.parse_args()
    make(arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
