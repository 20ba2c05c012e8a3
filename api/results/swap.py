"""Replacing a folder in one step, so that a crash leaves the old one or the new one."""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

__all__ = ["replace_folder"]

AT_FDCWD = -100
RENAME_EXCHANGE = 2
_NOT_SUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)


def replace_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Make or replace a folder.

    Parameters
    ----------
    folder
        What is to be replaced; it need not exist.
    fill
        Writes the new content into the empty folder that it is given, beside the old one and so on the
        same file system. If it raises, the old folder stays as it was.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.parent / f".{folder.name}.{secrets.token_hex(8)}"
    fresh.mkdir()
    try:
        fill(fresh)
        for file in fresh.iterdir():
            _sync(file)
        _sync(fresh)
        if folder.exists():
            shutil.copymode(folder, fresh)
            _exchange(fresh, folder)
        else:
            fresh.rename(folder)
        _sync(folder.parent)
    finally:
        # What is left under this name is the old content, or the new one if it was not to be.
        shutil.rmtree(fresh, ignore_errors=True)


def _exchange(fresh: Path, folder: Path) -> None:
    """Swap the two names atomically (Linux ``renameat2``); where that is unknown, in two steps."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is not None:
        paths = (AT_FDCWD, os.fsencode(fresh), AT_FDCWD, os.fsencode(folder))
        if renameat2(*paths, ctypes.c_uint(RENAME_EXCHANGE)) == 0:
            return
        code = ctypes.get_errno()
        if code not in _NOT_SUPPORTED:
            raise OSError(code, os.strerror(code), str(folder))
    exchange_in_two_steps(fresh, folder)


def exchange_in_two_steps(fresh: Path, folder: Path) -> None:
    """Swap two folders by renaming; a crash between leaves the old one whole under a hidden name."""
    aside = folder.parent / f"{fresh.name}.old"
    folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    aside.rename(fresh)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
