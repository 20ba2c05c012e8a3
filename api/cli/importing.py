"""``import``: check a workspace and keep it in the store, for the pages and the API."""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import zipfile
from pathlib import Path

from api.cli.arguments import Commands, add_command
from api.cli.output import EXIT_DONE, Output
from api.config import Config, load_config
from api.store.database import Store, open_store
from api.store.migrate import migrate
from api.store.tables import WorkspaceRow
from api.store.workspaces import add_workspace, list_workspaces
from api.uploads import workspace_summary
from api.workspace.read import Need, read_workspace

__all__ = ["add_commands", "keep_workspace", "open_migrated_store"]

# The oldest date that a .zip can hold: equal files must make equal archives.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
LOOKED_AT = 1000


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "import",
        _import,
        summary="check a workspace and keep it in the store, as the next version of its name",
        example="sunrota import sample_data/phone_month",
    )
    parser.add_argument("--name", help="what to call it; left out: as its folder is called")


def _import(options: argparse.Namespace, output: Output) -> int:
    store = open_migrated_store(load_config(os.environ))
    try:
        row = keep_workspace(store, options.workspace, options.name)
    finally:
        store.close()
    if output.as_json:
        output.document({"status": "done", "id": row.id, "name": row.name, "version": row.version})
    else:
        output.console.print(f"{row.name} version {row.version} is kept as {row.id}", markup=False)
    return EXIT_DONE


def open_migrated_store(config: Config) -> Store:
    """Open the store, its tables made or brought up to date."""
    store = open_store(config)
    migrate(store)
    return store


def keep_workspace(store: Store, path: Path, name: str | None = None) -> WorkspaceRow:
    """Check a folder or .zip and keep it; what is kept already under this name is not kept twice.

    Raises
    ------
    InvalidInput
        With every fault of the workspace; nothing was kept.
    """
    workspace = read_workspace(path, Need.PLAN)
    content = path.read_bytes() if path.is_file() else _packed(path)
    name = name or path.resolve().stem
    digest = hashlib.sha256(content).hexdigest()
    for row in list_workspaces(store, limit=LOOKED_AT):
        if (row.name, row.digest) == (name, digest):
            return row
    return add_workspace(store, name=name, summary=workspace_summary(workspace), content=content)


def _packed(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(file for file in folder.iterdir() if file.is_file()):
            packed.writestr(zipfile.ZipInfo(file.name, ZIP_EPOCH), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()
