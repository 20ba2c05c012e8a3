"""Where a workspace's files come from: a folder, or a zip archive that is read without being unpacked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from api.workspace.faults import FaultList, brief

__all__ = ["MAX_MEMBERS", "MAX_TOTAL_BYTES", "members_at_top", "read_files"]

MAX_TOTAL_BYTES = 1 << 30
"""All files together, unpacked. A year of a very large centre's contacts is a tenth of it."""
MAX_MEMBERS = 1000
"""Files in an archive."""

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
    OSError,
    ValueError,
)
"""What zipfile raises for damaged, encrypted and unknown archives."""


def read_files(path: Path, faults: FaultList) -> dict[str, bytes]:
    """Return the content of the workspace's files by name, in order of names.

    Sub-folders, hidden files and documentation (``*.md``, ``*.txt``, ``LICENSE*``) are left out. An archive
    may hold the files in one top folder.

    Parameters
    ----------
    path
        Folder, or file whose name ends in ``.zip``.
    faults
        Receives what cannot be read.
    """
    try:
        if path.is_dir():
            return _read_folder(path, faults)
        if path.is_file():
            return _read_zip(path, faults)
    except OSError as error:
        faults.add(f"must be readable: {error.strerror}", file=path.name, code="unreadable")
        return {}
    faults.add("must be a folder or a .zip file", file=str(path), code="not_found")
    return {}


def _wanted(name: str) -> bool:
    lower = name.lower()
    return not (lower.startswith((".", "license")) or lower.endswith((".md", ".txt")))


def _read_folder(path: Path, faults: FaultList) -> dict[str, bytes]:
    files = {}
    left = MAX_TOTAL_BYTES
    for entry in sorted(path.iterdir()):
        if entry.is_dir() or not _wanted(entry.name):
            continue
        if not entry.is_file():
            # A pipe or a device would block for ever.
            faults.add("must be a regular file", file=entry.name, code="unreadable")
            continue
        left -= entry.stat().st_size
        if left < 0:
            _too_large(faults, path.name)
            break
        files[entry.name] = entry.read_bytes()
    return files


def _read_zip(path: Path, faults: FaultList) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            # Not is_dir(): Python 3.11's fails for a member without a name.
            members = [member for member in archive.infolist() if not member.filename.endswith("/")]
            if not _safe(members, path.name, faults):
                return {}
            return _read_members(archive, members, path.name, faults)
    except _UNREADABLE as error:
        faults.add(f"must be a readable .zip file: {brief(error)}", file=path.name, code="unreadable")
        return {}


def _safe(members: list[zipfile.ZipInfo], file: str, faults: FaultList) -> bool:
    """Refuse archives made to harm before a byte is unpacked."""
    before = len(faults)
    if len(members) > MAX_MEMBERS:
        faults.add(
            f"must hold at most {MAX_MEMBERS:,} files", file=file, value=str(len(members)), code="too_large"
        )
    if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
        _too_large(faults, file)
    for member in members:
        name = member.filename
        if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
            faults.add("must hold only paths inside itself", file=file, value=name, code="unsafe_path")
    return len(faults) == before


def members_at_top(members: Iterable[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return the workspace's files, by name: the members at the top, or in the one folder there."""
    paths = [(PurePosixPath(member.filename), member) for member in members]
    # macOS adds a shadow tree of its own to every archive.
    paths = [
        (path, member)
        for path, member in paths
        if path.parts and path.parts[0] != "__MACOSX" and _wanted(path.name)
    ]
    tops = {path.parts[0] for path, _ in paths}
    depth = 2 if len(tops) == 1 and all(len(path.parts) > 1 for path, _ in paths) else 1
    at_top = sorted((pair for pair in paths if len(pair[0].parts) == depth), key=lambda pair: pair[0])
    return [(path.name, member) for path, member in at_top]


def _read_members(
    archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo], file: str, faults: FaultList
) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MAX_TOTAL_BYTES
    for name, member in members_at_top(members):
        if name in files:
            faults.add("must hold each file once", file=file, value=name, code="duplicate")
            continue
        with archive.open(member) as stream:
            # The sizes in an archive's directory are its maker's word only.
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            _too_large(faults, file)
            break
        files[name] = content
    return files


def _too_large(faults: FaultList, file: str) -> None:
    faults.add(f"must hold at most {MAX_TOTAL_BYTES:,} bytes in all", file=file, code="too_large")
