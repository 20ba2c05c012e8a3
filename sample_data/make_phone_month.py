"""Convert the 475-agent phone month of gitpay-ru/pyworkforce into a workspace.

Run as ``python sample_data/make_phone_month.py SOURCE_DIR [--out DIR]``, where ``SOURCE_DIR`` holds
``_data_file_475.csv`` and ``_meta_file_475.json``: folder ``examples/out_475`` of the source, whose commit
and licence ``sample_data/phone_month/README.md`` names. The README and the licence are written by hand and
left alone. The same source gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

DATA_FILE = "_data_file_475.csv"
META_FILE = "_meta_file_475.json"
REGION, LANGUAGE, CHANNEL = "ru", "ru", "phone"
HORIZON_DAYS = 31

SITES = {
    3: ("moscow", "Europe/Moscow", "RU"),
    4: ("dubai", "Asia/Dubai", "AE"),
    7: ("novosibirsk", "Asia/Novosibirsk", "RU"),
}
"""Site, zone and country by the source's hours ahead of UTC; none of the three changes its clocks."""


class Template(NamedTuple):
    """A shift template's columns in ``shifts.csv``, the name left out: equal ones are merged."""

    earliest_start: str
    latest_start: str
    start_every_minutes: int
    min_minutes: int
    max_minutes: int
    breaks: str
    min_break_gap_minutes: int
    max_break_gap_minutes: int


class Terms(NamedTuple):
    """A contract's columns in ``contracts.csv``, the name left out."""

    shifts: str
    max_week_minutes: int
    min_plan_minutes: int
    max_plan_minutes: int
    max_days_a_week: int
    max_days_running: int
    min_days_running: int
    days_off_running: int
    max_days_off_running: int


def minutes(clock: str) -> int:
    """Return the minutes that ``HH:MM`` stands for.

    Examples
    --------
    >>> minutes("05:30")
    330
    """
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def break_rule(activity: Mapping[str, Any]) -> str:
    """Return one activity of the source as a break of ``shifts.csv``.

    The source gives the earliest and the latest *start* after the shift's start; a workspace gives the window
    that the whole break lies in, so that the latest end is the latest start plus the duration.

    Examples
    --------
    >>> break_rule({"duration": "00:30", "timeStart": "03:00", "timeEndStart": "05:30", "isPaid": False})
    'unpaid 30 after 180 before 360'
    """
    duration = minutes(activity["duration"])
    paid = "paid" if activity["isPaid"] else "unpaid"
    before = minutes(activity["timeEndStart"]) + duration
    return f"{paid} {duration} after {minutes(activity['timeStart'])} before {before}"


def template(shift: Mapping[str, Any], activities: Mapping[str, Mapping[str, Any]]) -> Template:
    """Return one shift of the source as a template.

    Its breaks are put in the order of their windows, which is what makes equal shifts comparable: the source
    lists them in no order.
    """
    taken = sorted(
        (activities[key] for key in shift["activities"]),
        key=lambda item: (minutes(item["timeStart"]), minutes(item["timeEndStart"]), item["duration"]),
    )
    length = minutes(shift["duration"])
    return Template(
        earliest_start=shift["scheduleTimeStart"],
        latest_start=shift["scheduleTimeEndStart"],
        start_every_minutes=minutes(shift["stepTime"]),
        min_minutes=length,
        max_minutes=length,
        breaks="; ".join(break_rule(item) for item in taken),
        min_break_gap_minutes=minutes(shift["minIntervalBetweenActivities"]),
        max_break_gap_minutes=minutes(shift["maxIntervalBetweenActivities"]),
    )


def name_templates(templates: Iterable[Template]) -> dict[Template, str]:
    """Return readable unique names, such as ``day_9h``; a second, different one becomes ``day_9h_2``."""
    names: dict[Template, str] = {}
    for item in templates:
        if item in names:
            continue
        part = "day" if minutes("06:00") <= minutes(item.earliest_start) < minutes("18:00") else "night"
        name = f"{part}_{item.min_minutes // 60}h"
        alike = sum(other == name or other.startswith(f"{name}_") for other in names.values())
        names[item] = f"{name}_{alike + 1}" if alike else name
    return names


def shift_of_schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one shift of a schema, all days of the month being open to it.

    Raises
    ------
    ValueError
        If the source is not as this script knows it.
    """
    (used,) = schema["shifts"]
    if used["days"] != list(range(1, 32)) or schema["holidays"]["days"] != list(range(1, 32)):
        raise ValueError(f"schema {schema['id']} does not allow every day of the month")
    return dict(used)


def terms(schema: Mapping[str, Any], shift_name: str, low_hours: int, high_hours: int) -> Terms:
    """Return the contract that a schema and an employee's monthly hours make."""
    used, off = shift_of_schema(schema), schema["holidays"]
    return Terms(
        shifts=shift_name,
        max_week_minutes=7 * 24 * 60,
        min_plan_minutes=low_hours * 60,
        max_plan_minutes=high_hours * 60,
        max_days_a_week=7,
        max_days_running=used["maxDaysInRow"],
        min_days_running=used["minDaysInRow"],
        days_off_running=off["minDaysInRow"],
        max_days_off_running=off["maxDaysInRow"],
    )


def people(meta: Mapping[str, Any]) -> tuple[dict[str, Template], dict[str, Terms], list[list[str]]]:
    """Return the templates and the contracts really used, by name, and the rows of ``agents.csv``."""
    activities = {item["id"]: item for item in meta["activities"]}
    shifts = {item["id"]: item for item in meta["shifts"]}
    schemas = {item["id"]: item for item in meta["schemas"]}
    template_of = {
        key: template(shifts[shift_of_schema(schema)["shiftId"]], activities)
        for key, schema in schemas.items()
    }
    names = name_templates(template_of.values())

    contracts: dict[str, Terms] = {}
    agents = []
    for number, employee in enumerate(meta["employees"], start=1):
        (schema_id,) = employee["schemas"]
        shift_name = names[template_of[schema_id]]
        low, high = employee["minWorkingHours"], employee["maxWorkingHours"]
        contract = f"{shift_name}_{low}h_a_month"
        found = terms(schemas[schema_id], shift_name, low, high)
        if contracts.setdefault(contract, found) != found:
            raise ValueError(f"two different contracts would be called {contract}")
        site = SITES[employee["utc"]][0]
        agents.append([f"p{number:03d}", site, contract, f"{LANGUAGE}:{CHANNEL}"])
    return {name: item for item, name in names.items()}, contracts, agents


def history(rows: Iterable[Mapping[str, str]], utc_offset_hours: int) -> tuple[list[list[str]], date]:
    """Return the rows of ``contacts.csv`` and the first local date after them."""
    campaign = timezone(timedelta(hours=utc_offset_hours))
    contacts = []
    last = datetime.min.replace(tzinfo=UTC)
    for row in rows:
        start = datetime.fromisoformat(row["tc"]).replace(tzinfo=campaign)
        last = max(last, start)
        instant = start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        aht = f"{float(row['aht']):.3f}".rstrip("0").rstrip(".")
        contacts.append([instant, REGION, LANGUAGE, CHANNEL, row["call_volume"], aht])
    return contacts, last.date() + timedelta(days=1)


def target(rows: Sequence[Mapping[str, str]]) -> tuple[float, int]:
    """Return service level and threshold (``art``, in seconds), which are the same in every row."""
    ((level, threshold),) = {(row["service_level"], row["art"]) for row in rows}
    return int(level) / 100, int(threshold)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one table with line feeds, whatever the machine."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def convert(source: Path, out: Path) -> None:
    """Write the workspace's tables and ``plan.toml`` into ``out``."""
    with (source / DATA_FILE).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    meta = json.loads((source / META_FILE).read_text(encoding="utf-8"))
    contacts, start = history(rows, meta["campainUtc"])
    templates, contracts, agents = people(meta)
    level, threshold = target(rows)

    out.mkdir(parents=True, exist_ok=True)
    plan = f'start = {start}\ndays = {HORIZON_DAYS}\ninterval_minutes = 15\ncurrency = "RUB"\n'
    (out / "plan.toml").write_text(plan, encoding="utf-8", newline="\n")
    write_csv(out / "regions.csv", ["region", "time_zone", "country"], [[REGION, "Europe/Moscow", "RU"]])
    write_csv(
        out / "queues.csv",
        ["region", "language", "channel", "service_level", "answer_within_seconds"],
        [[REGION, LANGUAGE, CHANNEL, level, threshold]],
    )
    write_csv(
        out / "contacts.csv",
        ["interval_start", "region", "language", "channel", "contacts", "aht_seconds"],
        contacts,
    )
    write_csv(
        out / "sites.csv", ["site", "time_zone", "country", "rules"], [[*s, "none"] for s in SITES.values()]
    )
    write_csv(
        out / "shifts.csv", ["shift", *Template._fields], [[name, *item] for name, item in templates.items()]
    )
    write_csv(
        out / "contracts.csv",
        ["contract", *Terms._fields],
        [[name, *item] for name, item in sorted(contracts.items())],
    )
    write_csv(out / "agents.csv", ["agent", "site", "contract", "skills"], agents)


def main() -> None:
    """Run the conversion from the command line."""
    parser = argparse.ArgumentParser(description="Convert the 475-agent phone month into a workspace.")
    parser.add_argument("source", type=Path, metavar="SOURCE_DIR", help=f"holds {DATA_FILE} and {META_FILE}")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "phone_month", metavar="DIR")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.out)


if __name__ == "__main__":
    main()
