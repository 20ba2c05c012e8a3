"""Rate limits: how many requests somebody may send, told with Retry-After (RFC 6585, section 4).

Everyone has a bucket that fills steadily and holds a minute's worth. Each web process keeps its own: what is
limited is what one sender can cost the service, not what they are charged for.
"""

from __future__ import annotations

import math

from flask import Flask, Response, request

from api.identity import me
from api.problems import problem_response
from api.v1.service import service

__all__ = ["install_rates"]

SIGNING_IN = frozenset({"oauth.issue_access_token", "pages.sign_in"})
"""Where secrets could be guessed, and where each try costs much (Argon2)."""
UNLIMITED = frozenset({"health.healthz", "health.readyz"})


def install_rates(app: Flask) -> None:
    """Answer 429 to whoever sends too much."""

    def limit() -> Response | None:
        if request.endpoint in UNLIMITED:
            return None
        asks, address = me(), request.remote_addr or ""
        if request.endpoint in SIGNING_IN and request.method == "POST":
            wait = service().tries.take(address)
        else:
            wait = service().requests.take(asks.token_id or address)
        if wait == 0:
            return None
        response = problem_response(429, "too_many_requests", f"try again in {math.ceil(wait)} s")
        response.headers["Retry-After"] = str(math.ceil(wait))
        return response

    app.before_request(limit)
