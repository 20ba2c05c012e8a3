"""Files for browsers that come from installed packages rather than from this repository."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

from flask import Blueprint, Response, request

__all__ = ["PLOTLY_PATH", "static_blueprint"]

PLOTLY_PATH = "/static/plotly.min.js"
A_WEEK = 7 * 24 * 3600

static_blueprint = Blueprint("packaged_static", __name__)


@lru_cache(maxsize=1)
def _plotly() -> tuple[bytes, bytes, str]:
    plain = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:16]
    return plain, gzip.compress(plain, compresslevel=6), f"{version('plotly')}-{digest}"


@static_blueprint.get(PLOTLY_PATH)
def plotly_script() -> Response:
    """Return the charting library as the installed plotly carries it."""
    plain, packed, tag = _plotly()
    use_gzip = request.accept_encodings.quality("gzip") > 0
    response = Response(packed if use_gzip else plain, mimetype="text/javascript")
    if use_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(f"{tag}-gzip" if use_gzip else tag)
    response.cache_control.public = True
    response.cache_control.max_age = A_WEEK
    response.make_conditional(request)
    return response
