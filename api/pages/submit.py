"""Takes in what the form sends: a workspace to keep, a run to begin."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from werkzeug.datastructures import FileStorage

from api.store.runs import create_run
from api.store.workspaces import add_workspace
from api.v1.service import service
from api.workspace.read import read_workspace
from forecasting.errors import InvalidInput
from scheduler.workspace import Workspace

__all__ = ["keep_upload", "start_run"]


def keep_upload(upload: FileStorage) -> str:
    """Check an uploaded ``.zip`` and keep it under its file's name; return the workspace's id.

    Raises
    ------
    InvalidInput
        With every fault found; nothing is kept then.
    """
    file_name = PurePath(upload.filename or "").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace.zip"
        upload.save(path)
        try:
            workspace = read_workspace(path)
        except InvalidInput as error:
            # Faults of the archive itself name our copy; the planner knows it by another name.
            raise InvalidInput(
                replace(fault, file=file_name) if fault.file == path.name else fault for fault in error.faults
            ) from None
        row = add_workspace(
            service().store,
            name=PurePath(file_name).stem or "workspace",
            summary=_summary(workspace),
            content=path.read_bytes(),
        )
    return row.id


def _summary(workspace: Workspace) -> dict[str, Any]:
    settings = workspace.settings
    zones = {region.time_zone for region in workspace.regions.values()}
    zones |= {site.time_zone for site in workspace.sites.values()}
    return {
        "start": settings.start.isoformat(),
        "days": settings.days,
        "interval_minutes": settings.interval_minutes,
        "currency": settings.currency,
        "counts": {
            "regions": len(workspace.regions),
            "queues": len(workspace.queues),
            "sites": len(workspace.sites),
            "agents": len(workspace.agents),
            "contracts": len(workspace.contracts),
            "shifts": len(workspace.shifts),
        },
        "time_zones": sorted(zones),
    }


def start_run(workspace_id: str, options: dict[str, Any]) -> str:
    """Put a run into the queue and tell the workers; return its id."""
    run = create_run(service().store, workspace_id=workspace_id, options=options)
    service().wake_workers()
    return run.id
