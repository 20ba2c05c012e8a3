"""What one run works from, read from the store when it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.store.beginnings import StoredRota, read_beginning
from api.store.database import Store
from api.store.people import people_of_rotas
from api.store.people_tables import PersonRow
from api.store.tables import RunRow
from api.store.workspaces import workspace_content

__all__ = ["RunInputs", "read_inputs"]


@dataclass(frozen=True)
class RunInputs:
    """A workspace, and what the store knows beside it.

    Parameters
    ----------
    content
        The workspace's ``.zip``.
    people
        Of whom the company's directory told.
    earlier
        The rota that the new one begins from.
    """

    content: bytes
    people: Sequence[PersonRow] = ()
    earlier: StoredRota | None = None


def read_inputs(store: Store, run: RunRow) -> RunInputs:
    """Return what a run works from."""
    plan_id = run.options.get("from_plan")
    earlier = None if plan_id is None else read_beginning(store, plan_id)
    return RunInputs(workspace_content(store, run.workspace_id), people_of_rotas(store), earlier)
