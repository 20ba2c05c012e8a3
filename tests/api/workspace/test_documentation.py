"""docs/workspace.md says what the reader does."""

from __future__ import annotations

from pathlib import Path

from api.workspace.documentation import workspace_page
from api.workspace.tables.catalogue import TABLES

PAGE = Path(__file__).parents[3] / "docs" / "workspace.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == workspace_page(), (
        "make it again: python -m api.workspace.documentation > docs/workspace.md"
    )


def test_every_column_has_a_meaning_and_a_default_in_words() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert column.meaning.endswith((".", "…")), (table.name, column.name)
            assert column.required or column.default_text or column.default not in (None, ()), (
                table.name,
                column.name,
            )
