"""Nurse-rostering problems and solutions in the format of the 24 instances of Curtois & Qu 2014."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from api.benchmarks.sections import Record, read_sections
from api.files import write_text
from forecasting.errors import Fault, InvalidInput
from scheduler.daily import DailyCover, DailyPerson, DailyProblem, DailyRota, DailyShift, ShiftRequest

__all__ = ["read_nrp", "read_nrp_solution", "write_nrp_solution"]


def read_nrp(path: Path) -> DailyProblem:
    """Read a problem.

    Raises
    ------
    InvalidInput
        Where the file cannot be read, naming its line.
    """
    sections = read_sections(path)
    for name in ("HORIZON", "SHIFTS", "STAFF", "COVER"):
        if not sections.get(name):
            raise InvalidInput(Fault(f"SECTION_{name} is missing or empty", file=str(path)))
    days = sections["HORIZON"][0].number(0, "the horizon's length")
    shifts = tuple(
        DailyShift(record.text(0, "the shift's name"), record.number(1, "minutes"), _words(record, 2))
        for record in sections["SHIFTS"]
    )
    off: dict[str, frozenset[int]] = {}
    for record in sections.get("DAYS_OFF", []):
        places = range(1, len(record.fields))
        off[record.text(0, "the person")] = frozenset(_day(record, place, days) for place in places)
    people = tuple(_person(record, off) for record in sections["STAFF"])
    known = {shift.name for shift in shifts}
    names = {person.name for person in people}
    requests = tuple(
        _request(record, days, names, known, wanted=wanted)
        for section, wanted in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False))
        for record in sections.get(section, [])
    )
    covers = tuple(
        DailyCover(
            _day(record, 0, days),
            _one_of(record, 1, "the shift", known),
            record.number(2, "the requirement"),
            record.number(3, "the weight for under"),
            record.number(4, "the weight for over"),
        )
        for record in sections["COVER"]
    )
    return DailyProblem(days, shifts, people, requests, covers)


def read_nrp_solution(path: Path) -> DailyRota:
    """Read a solution: a line ``ID: `` and a shift or ``-`` per day, comma separated, for each person."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(Fault(f"the file cannot be read: {error}", file=str(path))) from error
    rota: dict[str, tuple[str, ...]] = {}
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name, colon, rest = line.partition(":")
        if not colon or name.strip() in rota:
            rule = "a line must be a person not met before, a colon and the days"
            raise InvalidInput(Fault(rule, file=str(path), row=row, value=line))
        rota[name.strip()] = tuple(field.strip() for field in rest.split(","))
    return rota


def write_nrp_solution(rota: DailyRota, path: Path) -> None:
    """Write a solution, whole or not at all."""
    write_text("".join(f"{name}: {','.join(days)}\n" for name, days in rota.items()), path)


def _person(record: Record, off: dict[str, frozenset[int]]) -> DailyPerson:
    name = record.text(0, "the person")
    most: dict[str, int] = defaultdict(int)
    for part in record.text(1, "the most shifts").split("|"):
        shift, _, count = part.partition("=")
        if not count.isdecimal():
            raise record.fault("the most shifts must be like D=14|E=10", value=part)
        most[shift] = int(count)
    return DailyPerson(
        name,
        dict(most),
        max_minutes=record.number(2, "the most minutes"),
        min_minutes=record.number(3, "the least minutes"),
        max_run=record.number(4, "the most consecutive shifts"),
        min_run=record.number(5, "the least consecutive shifts"),
        min_off=record.number(6, "the least consecutive days off"),
        max_weekends=record.number(7, "the most weekends"),
        days_off=off.get(name, frozenset()),
    )


def _request(record: Record, days: int, names: set[str], shifts: set[str], *, wanted: bool) -> ShiftRequest:
    return ShiftRequest(
        _one_of(record, 0, "the person", names),
        _day(record, 1, days),
        _one_of(record, 2, "the shift", shifts),
        record.number(3, "the weight"),
        wanted,
    )


def _day(record: Record, place: int, days: int) -> int:
    day = record.number(place, "the day")
    if day >= days:
        raise record.fault(f"a day must be below {days}", value=str(day))
    return day


def _one_of(record: Record, place: int, name: str, known: set[str]) -> str:
    text = record.text(place, name)
    if text not in known:
        raise record.fault(f"{name} must be in the file", value=text)
    return text


def _words(record: Record, place: int) -> frozenset[str]:
    text = record.fields[place] if place < len(record.fields) else ""
    return frozenset(word for word in text.split("|") if word)
