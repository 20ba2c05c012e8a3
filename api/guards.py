"""What holds for every request: its id, its size, where it comes from, and the headers of its answer."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from api.problems import problem_response
from api.v1.service import service, service_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["install_guards"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
ANY_HOST = "*"
A_YEAR = 31_536_000
PORT = re.compile(r":[0-9]+$")
HEADERS = {
    # Plotly sets style attributes; scripts come from our own files only.
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install_guards(app: Flask) -> None:
    """Apply the guards to every address of the app."""
    answer = app.wsgi_app

    def behind_proxies(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        # Who connects, and how, is what the proxies in front say; nobody else is believed.
        proxies = service_of(app).config.proxies
        return ProxyFix(answer, x_for=proxies, x_proto=proxies, x_host=0)(environ, start)

    app.wsgi_app = behind_proxies  # type: ignore[assignment, method-assign]
    app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 100

    app.before_request(_name_request)
    app.before_request(_limit_upload)
    app.before_request(_refuse_untrusted_host)
    app.before_request(_refuse_cross_site)
    app.after_request(_add_headers)


def _name_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)


def _limit_upload() -> None:
    request.max_content_length = service().config.max_upload_bytes


def _refuse_untrusted_host() -> Response | None:
    # A page of another site whose name was made to point at us (DNS rebinding) is told nothing.
    if _is_allowed(request.host, service().config.allowed_hosts):
        return None
    return problem_response(400, "untrusted_host", "The Host header names no host that is allowed here.")


def _is_allowed(host: str, allowed: Iterable[str]) -> bool:
    # Not werkzeug's own check, which never matches an IPv6 address.
    name = PORT.sub("", host.lower())
    return any(
        name == one or (one.startswith(".") and (name.endswith(one) or name == one[1:])) or one == ANY_HOST
        for one in allowed
    )


def _refuse_cross_site() -> None:
    """Refuse changes that another site's page sends with the visitor's browser (no cookie is needed for
    that to do harm: the service may be open to everyone on this machine)."""
    if request.method in SAFE_METHODS:
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        if fetch_site not in ("same-origin", "none"):
            abort(403, f"Sec-Fetch-Site is {fetch_site}")
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403, f"the origin {origin} is not this service")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    response.headers["X-Request-Id"] = g.request_id
    if request.path.startswith("/v1/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
