"""The Idempotency-Key header of POST requests to the API.

The key is taken before the request is carried out. A request that a fault of ours ended has changed nothing,
and frees its key. One whose process died, or lost the database, leaves the key taken and nothing said:
whether it was carried out is not known, so that it is never carried out again under that key.
"""

from __future__ import annotations

import hashlib
import logging
import re

from flask import Flask, Response, abort, g, request
from sqlalchemy.exc import SQLAlchemyError

from api.identity import me
from api.problems import problem_response
from api.store.idempotency import KeptAnswer, claim_key, drop_key, keep_answer
from api.v1.bodies import FORM, MAX_JSON_BYTES
from api.v1.keys import TOKEN_PATH
from api.v1.service import service

__all__ = ["HEADER", "REPLAYED", "install_idempotency", "takes_key"]

logger = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("Content-Type", "Location", "ETag")


def install_idempotency(app: Flask) -> None:
    """Let POST requests under ``/v1/`` carry a key."""
    app.before_request(_replay)
    app.after_request(_keep)


def takes_key(path: str) -> bool:
    """Whether POST requests to the address may carry a key; what asks for an access token needs none."""
    return path.startswith("/v1/") and not path.endswith(TOKEN_PATH)


def _replay() -> Response | None:
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or not takes_key(request.path):
        return None
    if not KEY.fullmatch(key):
        abort(400, f"{HEADER} must be 1 to 255 printable ASCII characters without spaces")
    address = f"{me().name} {request.method} {request.path}"
    digest = _digest()
    known = claim_key(service().store, key, address, digest)
    if known is None:
        g.idempotency = key, address
        return None
    return _answer(known, digest)


def _answer(known: KeptAnswer, digest: str) -> Response:
    if known.digest != digest:
        return problem_response(
            422, "idempotency_key_reused", f"this {HEADER} came with another request before"
        )
    if known.status is None:
        response = problem_response(
            409,
            "in_progress",
            "the first request with this key has no answer; should that last, look whether it took effect",
        )
        response.headers["Retry-After"] = "5"
        return response
    response = Response(known.body, status=known.status, headers=known.headers)
    response.headers[REPLAYED] = "true"
    return response


def _digest() -> str:
    """Return what tells this request from others: query, type and body."""
    text = hashlib.sha256(request.query_string + b"\0" + (request.mimetype or "").encode() + b"\0")
    if request.mimetype == FORM:
        # The boundary between the parts is another one each time.
        for name, value in sorted(request.form.items(multi=True)):
            text.update(repr((name, value)).encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
            text.update(repr((name, file.filename)).encode())
            while block := file.stream.read(1 << 20):
                text.update(block)
            file.stream.seek(0)
    else:
        request.max_content_length = MAX_JSON_BYTES
        text.update(request.get_data())
    return text.hexdigest()


def _keep(response: Response) -> Response:
    taken = g.pop("idempotency", None)
    if taken is not None and not g.pop("cut_off", False):
        try:
            _settle(response, *taken)
        except SQLAlchemyError:
            # What was done stays done, and is answered; the key stays taken.
            logger.warning("Request %s: the end of its key could not be kept", g.request_id, exc_info=True)
    return response


def _settle(response: Response, key: str, address: str) -> None:
    """Keep the answer, or free the key."""
    store = service().store
    if response.status_code >= 500 or response.status_code in (401, 403, 409, 412, 429):
        # What was refused for now may be granted later: the state, not the request, was at fault.
        drop_key(store, key, address)
        return
    answer = response
    if g.pop("told_once", False):
        answer = problem_response(409, "told_once", "the answer held a secret, of which no copy is kept")
    kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    keep_answer(store, key, address, status=answer.status_code, headers=kept, body=answer.get_data())
