"""Languages are BCP 47 tags, compared exactly after canonicalising."""

from __future__ import annotations

from functools import lru_cache

import langcodes

__all__ = ["canonical_language"]


@lru_cache(maxsize=4096)
def canonical_language(tag: str) -> str:
    """Return the canonical form of a BCP 47 tag.

    Raises
    ------
    ValueError
        If the tag is not well formed or not registered.

    Examples
    --------
    >>> canonical_language("PT-br"), canonical_language("iw")
    ('pt-BR', 'he')
    """
    if not langcodes.tag_is_valid(tag):
        raise ValueError(f"{tag!r} is not a BCP 47 language tag")
    return langcodes.standardize_tag(tag)
