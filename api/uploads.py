"""Workspaces as they arrive: one ``.zip``, or its files one by one. Checked whole before anything is kept."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from werkzeug.datastructures import FileStorage

from api.config import Config
from api.workspace.read import read_workspace
from forecasting.errors import Fault, InvalidInput
from scheduler.workspace import Workspace

__all__ = ["Upload", "read_upload", "workspace_summary"]

ARCHIVE = "workspace.zip"
DEFAULT_NAME = "workspace"


@dataclass(frozen=True)
class Upload:
    """A workspace without a fault, ready to be kept."""

    name: str
    summary: dict[str, Any]
    content: bytes


def read_upload(config: Config, files: Sequence[FileStorage], name: str | None = None) -> Upload:
    """Read and check what was uploaded.

    Parameters
    ----------
    files
        One file whose name ends in ``.zip``, or the files of a workspace.
    name
        What to call the workspace; left out: as the ``.zip`` is called.

    Raises
    ------
    InvalidInput
        With every fault that was found.
    """
    if not files:
        raise InvalidInput(Fault("a workspace must be uploaded as a .zip or as its files", code="missing"))
    scratch = config.data_dir / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        names = [_file_name(file) for file in files]
        if len(files) == 1 and names[0].lower().endswith(".zip"):
            archive = Path(folder) / ARCHIVE
            files[0].save(archive)
            workspace = _read(archive, names[0])
            name = name or names[0][: -len(".zip")]
        else:
            archive = _packed(Path(folder), files, names)
            workspace = read_workspace(archive)
        return Upload(name or DEFAULT_NAME, workspace_summary(workspace), archive.read_bytes())


def workspace_summary(workspace: Workspace) -> dict[str, Any]:
    """Return what lists show of a workspace."""
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


def _file_name(file: FileStorage) -> str:
    # Browsers may send a path, with either slash; only the name in the end is a file's name.
    return PurePosixPath((file.filename or "").replace("\\", "/")).name


def _packed(folder: Path, files: Sequence[FileStorage], names: Sequence[str]) -> Path:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            Fault("each file may be uploaded once", file=name, code="duplicate") for name in twice
        )
    archive = folder / ARCHIVE
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for file, name in zip(files, names, strict=True):
            target.writestr(name, file.stream.read())
    return archive


def _read(archive: Path, shown_name: str) -> Workspace:
    try:
        return read_workspace(archive)
    except InvalidInput as error:
        # Faults of the archive itself name our copy; the planner knows it by another name.
        raise InvalidInput(
            replace(fault, file=shown_name) if fault.file == ARCHIVE else fault for fault in error.faults
        ) from None
