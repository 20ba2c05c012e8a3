"""Answers packed with gzip for those who take it; streams are packed as they come.

Only what is read over the API or is the same for everyone: pages hold the session's token beside what a link
may put into them, and what such an answer packs to would tell of it (the BREACH attack).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request

__all__ = ["install_compression"]

PACKED = frozenset(
    {"application/json", "application/x-ndjson", "text/csv", "text/calendar", "text/css", "text/javascript"}
)
LEAST_BYTES = 1000
LEVEL = 1  # half of the time of the usual 6; each answer is sent once
GZIP_WINDOW = 31
SUFFIX = "-gzip"
CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")


def install_compression(app: Flask) -> None:
    """Pack answers; whoever sends back the tag of a packed one is understood."""
    app.before_request(_know_tags)
    app.after_request(_pack)


def _know_tags() -> None:
    for name in CONDITIONS:
        if name in request.environ:
            request.environ[name] = request.environ[name].replace(f'{SUFFIX}"', '"')


def _pack(response: Response) -> Response:
    if (
        request.method != "GET"
        or response.mimetype not in PACKED
        or response.status_code != 200
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
    ):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") <= 0:
        return response
    if response.is_streamed:
        response.response = _packed(response.response)
        response.headers.pop("Content-Length", None)
    elif len(response.get_data()) >= LEAST_BYTES:
        response.set_data(b"".join(_packed([response.get_data()])))
    else:
        return response
    response.headers["Content-Encoding"] = "gzip"
    tag, is_weak = response.get_etag()
    if tag is not None:
        # Another representation of the same: its bytes are others.
        response.set_etag(tag + SUFFIX, weak=bool(is_weak))
    return response


def _packed(parts: Iterable[str | bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    for part in parts:
        packed = packer.compress(part.encode() if isinstance(part, str) else part)
        if packed:
            yield packed
    yield packer.flush()
