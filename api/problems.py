"""Every error of the JSON API in one shape: RFC 9457 problem details with a stable code.

=====  ======================  ==========================================================
HTTP   code                    when
=====  ======================  ==========================================================
400    malformed_request       the body is not JSON, or not multipart as it claims
400    untrusted_host          the Host header names none of SUNROTA_ALLOWED_HOSTS
401    sign_in                 nobody is signed in, or the key is not good
403    cross_site_request      another web site's page sent it, or the session's token is missing
403    forbidden               the one who asks lacks the permission
403    password_change         a password of one's own must be chosen first
404    not_found               no such address or thing
405    method_not_allowed
406    not_acceptable          no representation of the media types in Accept
409    conflict                the thing's state forbids it
409    in_progress             the first request with this Idempotency-Key has no answer yet
409    told_once               the request with this Idempotency-Key was carried out, its secret told once
409    rules_broken            the plan breaks rules, and no reason was given to publish it
410    sync_expired            changes since the sync token are no longer kept: pull everything anew
412    precondition_failed     the thing is no longer as If-Match names it
413    too_large               the body is larger than SUNROTA_MAX_UPLOAD_BYTES
415    unsupported_media_type  the Content-Type is not one that the address reads
422    invalid_input           values that break a rule, each listed in ``faults``
422    idempotency_key_reused  the Idempotency-Key came with another request before
422    not_enough_history      a forecast that cannot honestly be made
429    too_many_requests       the sender's requests of this minute are used up: wait for Retry-After
500    internal_error          a fault of ours; the request id finds it in the log
502    provider_failed         the company's identity provider does not answer as it should
503    not_ready               the database does not answer, or is of another version
503    too_many_streams        half of the server's threads are waited on: ask without waiting, or later
503    storage_read_only       the database is not to be written: what is there can be read
507    storage_full            the disk is full: nothing was changed, what is there can be read
=====  ======================  ==========================================================
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from flask import Flask, Response, g, request
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException

from api.errors import Conflict, Forbidden, NotFound, PreconditionFailed, ProviderFailed, SyncExpired
from api.store.outage import Outage, outage_of, was_cut_off
from forecasting.errors import Fault, InvalidInput, NotEnoughHistory, SunrotaError

__all__ = [
    "FaultModel",
    "Problem",
    "install_problems",
    "problem_response",
    "unexpected_problem",
    "validation_problem",
]

logger = logging.getLogger(__name__)

STATUS_OF = {
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    SyncExpired: 410,
    PreconditionFailed: 412,
    InvalidInput: 422,
    NotEnoughHistory: 422,
    ProviderFailed: 502,
}
CODE_OF_STATUS = {
    400: "malformed_request",
    403: "cross_site_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    500: "internal_error",
    503: "not_ready",
}
TITLE_OF_CODE = {
    "malformed_request": "The request cannot be read",
    "untrusted_host": "The service does not go by this name",
    "provider_failed": "The identity provider does not answer",
    "sign_in": "Nobody is signed in",
    "forbidden": "That is not allowed",
    "password_change": "The password was good for once",
    "cross_site_request": "The request came from another site",
    "not_found": "There is no such thing",
    "method_not_allowed": "This address does not take that method",
    "not_acceptable": "There is no representation of that type",
    "conflict": "The state of the thing forbids it",
    "in_progress": "The first request with this key is at work",
    "told_once": "This was done, and its secret told",
    "rules_broken": "The plan breaks rules",
    "sync_expired": "The sync token is too old",
    "precondition_failed": "The thing has changed",
    "idempotency_key_reused": "The key came with another request",
    "too_many_requests": "That was too much at once",
    "too_large": "The request is too large",
    "unsupported_media_type": "The body is of a type that is not read here",
    "invalid_input": "Some values break a rule",
    "not_enough_history": "There is too little history to forecast from",
    "internal_error": "Something went wrong on our side",
    "not_ready": "The service is not ready",
    "too_many_streams": "Too many wait for something",
    Outage.READ_ONLY: "The database is not to be written",
    Outage.FULL: "The disk is full",
}
OF_OUTAGE = {
    Outage.AWAY: (503, "the database does not answer; whether a change was made is to be looked up"),
    Outage.READ_ONLY: (503, "nothing can be changed for now; what is there can be read"),
    Outage.FULL: (507, "nothing was changed: the operator must make room; what is there can be read"),
}
OUTAGE_SECONDS = 5


class FaultModel(BaseModel):
    """One broken rule, and where: for tables their file, row and column, for JSON the field."""

    file: str | None = None
    row: int | None = Field(None, description="As a spreadsheet counts: the header is row 1.")
    column: str | None = None
    value: str | None = None
    rule: str
    code: str


class Problem(BaseModel):
    """RFC 9457 problem details; ``code`` never changes its meaning."""

    type: str = Field(description="A URN that names the kind of problem, from its code.")
    title: str
    status: int
    detail: str | None = None
    code: str
    request_id: str
    faults: list[FaultModel] | None = None


def problem_response(
    status: int, code: str, detail: str | None = None, faults: Iterable[Fault] | None = None
) -> Response:
    """Return a problem as ``application/problem+json``."""
    listed = None
    if faults is not None:
        listed = [FaultModel.model_validate(fault, from_attributes=True) for fault in faults]
    problem = Problem(
        type=f"urn:sunrota:problem:{code}",
        title=TITLE_OF_CODE.get(code, code.replace("_", " ").capitalize()),
        status=status,
        detail=detail,
        code=code,
        request_id=g.request_id,
        faults=listed,
    )
    return Response(
        problem.model_dump_json(exclude_none=True), status=status, mimetype="application/problem+json"
    )


def _validation_faults(error: ValidationError) -> list[Fault]:
    """Return what pydantic refused, one fault a field."""
    return [
        Fault(
            fault["msg"][0].lower() + fault["msg"][1:],
            column=".".join(str(part) for part in fault["loc"]) or None,
            value=None if fault["type"] == "missing" else str(fault["input"])[:200],
            code=fault["type"],
        )
        for fault in error.errors(include_url=False, include_context=False)
    ]


def install_problems(app: Flask) -> None:
    """Answer every error of the app as a problem."""
    app.register_error_handler(SunrotaError, _of_sunrota_error)
    app.register_error_handler(ValidationError, validation_problem)
    app.register_error_handler(HTTPException, _of_http_error)
    app.register_error_handler(Exception, unexpected_problem)


def _of_sunrota_error(error: SunrotaError) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), None)
    if status is None:
        return unexpected_problem(error)
    faults = error.faults if isinstance(error, InvalidInput) else None
    detail = str(error)
    if faults is not None and len(faults) > 1:
        detail = f"{len(faults)} faults; the first: {faults[0]}"
    return problem_response(status, error.code, detail, faults)


def validation_problem(error: ValidationError) -> Response:
    """Return what pydantic refused as a problem."""
    return _of_sunrota_error(InvalidInput(_validation_faults(error)))


def _of_http_error(error: HTTPException) -> Response:
    beneath = getattr(error, "original_exception", None)
    if beneath is not None:  # met after the answer was made
        return unexpected_problem(beneath)
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    status = error.code or 500
    response = problem_response(status, CODE_OF_STATUS.get(status, f"http_{status}"), error.description)
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def unexpected_problem(error: Exception) -> Response:
    """Return what nobody foresaw as a problem: the store cannot work for now, or a fault of ours."""
    outage = outage_of(error)
    if outage is not None:
        return _outage_problem(error, outage)
    logger.error("Request %s failed: %s %s", g.request_id, request.method, request.path, exc_info=error)
    return problem_response(
        500, "internal_error", "The operator finds the cause in the log by the request id."
    )


def _outage_problem(error: Exception, outage: Outage) -> Response:
    logger.warning("Request %s: %s (%s)", g.request_id, outage, type(error).__name__, exc_info=error)
    g.cut_off = was_cut_off(error)
    status, detail = OF_OUTAGE[outage]
    response = problem_response(status, outage, detail)
    response.headers["Retry-After"] = str(OUTAGE_SECONDS)
    return response
