"""Text files in sections, as published rostering problems come: ``SECTION_NAME``, then one record a line."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from forecasting.errors import Fault, InvalidInput

__all__ = ["Record", "read_sections"]


class Record:
    """One line's comma-separated fields; faults in them name file and line."""

    def __init__(self, file: Path, row: int, text: str) -> None:
        self.file = file
        self.row = row
        self.fields = [field.strip() for field in text.split(",")]

    def text(self, place: int, name: str) -> str:
        """Return a field that must be there."""
        if place >= len(self.fields) or not self.fields[place]:
            raise self.fault(f"{name} is missing")
        return self.fields[place]

    def number(self, place: int, name: str) -> int:
        """Return a field that must be a whole number, 0 or more."""
        text = self.text(place, name)
        # Published files have "-0".
        if not text.removeprefix("-").isdecimal() or int(text) < 0:
            raise self.fault(f"{name} must be a whole number, 0 or more", value=text)
        return int(text)

    def fault(self, rule: str, *, value: str | None = None) -> InvalidInput:
        """Return the error of a broken rule in this line."""
        return InvalidInput(Fault(rule, file=str(self.file), row=self.row, value=value))


def read_sections(path: Path) -> dict[str, list[Record]]:
    """Return each section's records in order, without comments (``#``) and empty lines."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(Fault(f"the file cannot be read: {error}", file=str(path))) from error
    sections: dict[str, list[Record]] = defaultdict(list)
    name = None
    for row, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("SECTION_"):
            name = text.removeprefix("SECTION_")
            sections[name] = []
        elif name is None:
            raise Record(path, row, text).fault("the first line must name a section, like SECTION_HORIZON")
        else:
            sections[name].append(Record(path, row, text))
    return sections
