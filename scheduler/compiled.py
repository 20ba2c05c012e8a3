"""What compiled code of all kinds shares: keys for numba's cache, and bits.

numba's cache notices changes of the file that holds a compiled function, not of the files that it calls. So
a function that calls others carries a digest of their sources: a changed helper never runs as it was before.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from importlib.abc import InspectLoader
from types import CellType, FunctionType
from typing import Any

import numba as nb
from numba.extending import intrinsic

__all__ = ["keyed_by", "lowest_bit", "source_digest"]


def source_digest(*modules: str) -> str:
    """Return a hash of the modules' sources; held in a closure, it is part of numba's cache key."""
    digest = hashlib.sha256()
    for name in modules:
        spec = importlib.util.find_spec(name)
        if spec is None or not isinstance(spec.loader, InspectLoader):
            raise ImportError(f"the source of {name} is not at hand")
        digest.update((spec.loader.get_source(name) or "").encode())
    return digest.hexdigest()


def keyed_by(*modules: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the sources of modules that a function calls part of its key in numba's cache.

    Goes below ``njit``: the digest becomes a closure of the function, which numba puts into the key.
    """
    digest = source_digest(*modules)

    def keyed(function: Callable[..., Any]) -> Callable[..., Any]:
        if not isinstance(function, FunctionType):
            raise TypeError("only functions written in Python have a code to key")
        code = function.__code__.replace(co_freevars=("sources",))
        made = FunctionType(code, function.__globals__, function.__name__, None, (CellType(digest),))
        made.__doc__, made.__module__, made.__qualname__ = (
            function.__doc__,
            function.__module__,
            function.__qualname__,
        )
        return made

    return keyed


def _lowest_bit(_typing: Any, _word: Any) -> Any:
    def build(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(nb.types.boolean, True))

    return nb.types.int64(nb.types.uint64), build


lowest_bit: Any = intrinsic(_lowest_bit)
"""Returns, in compiled code, the place of the lowest bit set in a word that is not 0."""
