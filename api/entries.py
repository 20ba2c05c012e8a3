"""Rows of a workspace's tables about people: each change of one is the workspace's next version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.errors import NotFound
from api.store.database import Store
from api.store.tables import WorkspaceRow
from api.store.workspaces import AuditLine, Changed, edit_workspace
from api.team import tables_of
from api.workspace.editing import Cells, cells_of, kept_tables, row_id, written_table
from api.workspace.parse import ParsedTable
from api.workspace.schema import Row

__all__ = ["Entry", "Look", "PeopleTable", "Tables", "entries_of"]

Tables = Mapping[str, ParsedTable]


@dataclass(frozen=True)
class Entry:
    """A row of a table: its id, its values, and how it is written."""

    id: str
    row: Row
    cells: Cells


Look = Callable[[Tables, Entry], None]
"""Looks at the entry as it is just before it changes, and raises what forbids that."""


def entries_of(tables: Tables, name: str) -> list[Entry]:
    """Return the rows of a table, in file order."""
    cells = cells_of(tables[name])
    return [Entry(row_id(name, row), row, cells[place]) for place, row in tables[name].places()]


@dataclass(frozen=True)
class PeopleTable:
    """A table about people in the newest version of a workspace.

    Parameters
    ----------
    workspace
        Its name; None: of the one uploaded last.
    """

    store: Store
    workspace: str | None
    name: str

    def edit(self, change: Callable[[Tables], tuple[Sequence[Cells], Sequence[AuditLine]]]) -> Tables:
        """Put other rows into the table; return the workspace's tables as they are then.

        Parameters
        ----------
        change
            Given the tables as they are, returns all rows and what to tell the audit log.

        Raises
        ------
        NotFound
            If there is no such workspace.
        InvalidInput
            With every fault, as for the same rows in a file; nothing was changed.
        """
        after: dict[str, ParsedTable] = {}

        def edit(session: Session, row: WorkspaceRow) -> Changed:
            tables = tables_of(session, row)
            rows, lines = change(tables)
            after.update(tables)
            if rows == cells_of(tables[self.name]):
                return Changed({}, [])
            files = {f"{self.name}.csv": written_table(self.name, rows, tables)}
            after.update(kept_tables(files))
            return Changed(files, lines)

        edit_workspace(self.store, self.workspace, edit)
        return after

    def add(self, cells: Cells, look: Callable[[Tables], None] | None = None) -> tuple[Tables, Entry]:
        """Add a row; return the tables with it, and it.

        Parameters
        ----------
        look
            Looks at the tables just before, and raises what forbids it.

        Raises
        ------
        NotFound
        InvalidInput
        """

        def change(tables: Tables) -> tuple[Sequence[Cells], Sequence[AuditLine]]:
            if look is not None:
                look(tables)
            return [*cells_of(tables[self.name]), cells], [(f"{self.name}.add", None, dict(cells))]

        after = self.edit(change)
        return after, entries_of(after, self.name)[-1]

    def replace(self, entry_id: str, cells: Cells, look: Look) -> tuple[Tables, Entry]:
        """Put a row in the place of another; return the tables with it, and it.

        Raises
        ------
        NotFound
        InvalidInput
        """
        place = 0

        def change(tables: Tables) -> tuple[Sequence[Cells], Sequence[AuditLine]]:
            nonlocal place
            entry, place, rows = self._found(tables, entry_id, look)
            rows[place] = cells
            return rows, [(f"{self.name}.change", dict(entry.cells), dict(cells))]

        after = self.edit(change)
        return after, entries_of(after, self.name)[place]

    def delete(self, entry_id: str, look: Look) -> None:
        """Take a row out.

        Raises
        ------
        NotFound
        """

        def change(tables: Tables) -> tuple[Sequence[Cells], Sequence[AuditLine]]:
            entry, place, rows = self._found(tables, entry_id, look)
            del rows[place]
            return rows, [(f"{self.name}.delete", dict(entry.cells), None)]

        self.edit(change)

    def _found(self, tables: Tables, entry_id: str, look: Look) -> tuple[Entry, int, list[Cells]]:
        entries = entries_of(tables, self.name)
        for place, entry in enumerate(entries):
            if entry.id == entry_id:
                look(tables, entry)
                return entry, place, [each.cells for each in entries]
        raise NotFound(f"{self.name} has no entry {entry_id}")
