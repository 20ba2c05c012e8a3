"""Multi-activity shift problems and solutions in the format of the retail instances of Curtois & Qu 2019."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from api.benchmarks.sections import Record, read_sections
from api.files import write_text
from forecasting.errors import Fault, InvalidInput
from scheduler.tasks import QUARTER, TaskPerson, TaskProblem, TaskRota, TaskShift

__all__ = ["read_matsp", "read_matsp_solution", "write_matsp_solution"]

DAY, MORNING = 1440, 360
"""Minutes of a day, and of its first part that belongs to the day before: days run from 06:00 to 06:00."""


def read_matsp(path: Path) -> TaskProblem:
    """Read a problem.

    Raises
    ------
    InvalidInput
        Where the file cannot be read, naming its line.
    """
    sections = read_sections(path)
    for name in ("HORIZON", "TASKS", "STAFF", "COVER"):
        if not sections.get(name):
            raise InvalidInput(Fault(f"SECTION_{name} is missing or empty", file=str(path)))
    days = sections["HORIZON"][0].number(0, "the horizon's length")
    tasks = tuple(str(number + 1) for number in range(sections["TASKS"][0].number(0, "the number of tasks")))
    people = tuple(
        TaskPerson(
            record.text(0, "the person"),
            record.number(1, "the least minutes"),
            record.number(2, "the most minutes"),
        )
        for record in sections["STAFF"]
    )
    steps = days * DAY // QUARTER
    least = np.zeros((steps, len(tasks)), dtype=np.int64)
    most = np.zeros_like(least)
    for record in sections["COVER"]:
        clock = record.text(1, "the time").partition("-")[0]
        minute = (record.number(0, "the day") - 1) * DAY + _minutes(record, clock) - MORNING
        task = record.text(2, "the task")
        if minute % QUARTER or not 0 <= minute < days * DAY or task not in tasks:
            raise record.fault("a cover must be of a quarter-hour in the horizon and of a task")
        at = minute // QUARTER, int(task) - 1
        least[at], most[at] = record.number(3, "the least"), record.number(4, "the most")
    return TaskProblem(MORNING, MORNING + days * DAY, tasks, people, least, most)


def read_matsp_solution(path: Path) -> TaskRota:
    """Read a solution in XML."""
    try:
        root = ElementTree.parse(path).getroot()  # noqa: S314
        return {
            employee.attrib["ID"]: tuple(_shift(element) for element in employee.iter("Shift"))
            for employee in root.iter("Employee")
        }
    except (OSError, ElementTree.ParseError, KeyError, ValueError) as error:
        raise InvalidInput(Fault(f"the solution cannot be read: {error}", file=str(path))) from error


def write_matsp_solution(rota: TaskRota, path: Path, *, problem: str, penalty: int) -> None:
    """Write a solution in XML, whole or not at all.

    Parameters
    ----------
    problem
        Name of the problem's file.
    """
    root = ElementTree.Element("Solution")
    _text(root, "ProblemFile", problem)
    _text(root, "Penalty", str(penalty))
    for name, shifts in rota.items():
        employee = ElementTree.SubElement(root, "Employee", ID=name)
        for shift in shifts:
            element = ElementTree.SubElement(employee, "Shift")
            hours, minutes = divmod(shift.start % DAY, 60)
            _text(element, "Day", str(shift.start // DAY))
            _text(element, "Start", f"{hours:02}:{minutes:02}:00")
            for task, length in shift.tasks:
                part = ElementTree.SubElement(element, "Task", WorkLength=str(length))
                _text(part, "ID", task)
                _text(part, "Length", str(length))
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', path)


def _shift(element: ElementTree.Element) -> TaskShift:
    hours, minutes, *_ = _found(element, "Start").split(":")
    start = int(_found(element, "Day")) * DAY + int(hours) * 60 + int(minutes)
    parts: Iterable[ElementTree.Element] = element.iter("Task")
    return TaskShift(start, tuple((_found(part, "ID"), int(_found(part, "Length"))) for part in parts))


def _found(element: ElementTree.Element, name: str) -> str:
    text = element.findtext(name)
    if text is None:
        raise KeyError(name)
    return text.strip()


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _minutes(record: Record, clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal()):
        raise record.fault("a time must be like 06:00-06:15", value=clock)
    return int(hours) * 60 + int(minutes)
