"""Kept workspaces, whose files were read without a fault: some of the files, and others in their place."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from api.workspace.source import members_at_top

__all__ = ["pack", "replaced", "unpack"]


def unpack(content: bytes, tables: Collection[str] | None = None) -> dict[str, bytes]:
    """Return the files of a ``.zip`` by name: of these tables only, where they are named."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: archive.read(member)
            for name, member in members_at_top(archive.infolist())
            if tables is None or PurePosixPath(name).stem in tables
        }


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as a ``.zip``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def replaced(files: Mapping[str, bytes], changed: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with others for some tables, whatever form those had."""
    tables = {PurePosixPath(name).stem for name in changed}
    kept = {name: content for name, content in files.items() if PurePosixPath(name).stem not in tables}
    return kept | dict(changed)
