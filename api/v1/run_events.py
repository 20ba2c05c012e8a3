"""The progress of a run as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.problems import Problem, problem_response
from api.store.runs import ENDED, get_run, plan_of_run
from api.v1.runs import RunPath, run_model
from api.v1.service import Service, service

__all__ = ["run_events_api"]

run_events_api = APIBlueprint(
    "run_events", __name__, url_prefix="/v1", abp_tags=[Tag(name="runs")], abp_responses={404: Problem}
)
MEDIA_TYPE = "text/event-stream"
LOOK_SECONDS = 0.5
HEARTBEAT_SECONDS = 15.0
RETRY_SECONDS = 5
RUN = {
    "type": "string",
    "contentMediaType": "application/json",
    "contentSchema": {"$ref": "#/components/schemas/RunModel"},
}
# Of each event of the stream.
EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["progress", "end"]}, "data": RUN},
    "required": ["event", "data"],
}
CONTENT = {
    "description": "An event each time that the run changes: `progress`, and `end` when it has ended. "
    "The data is the run as JSON. A comment comes every 15 s.",
    "content": {MEDIA_TYPE: {"schema": EVENT}},
}


@run_events_api.get("/runs/<run_id>/events", responses={200: CONTENT, 503: Problem})
def follow_run(path: RunPath) -> Response:
    """Follow a run by server-sent events, until it has ended.

    At most half of the server's threads may be waited on in this way and by `wait` (503 beyond that): whoever
    does not wait is answered.
    """
    parts = service()
    get_run(parts.store, path.run_id)
    if not parts.waiters.acquire(blocking=False):
        response = problem_response(503, "too_many_streams", "ask for the run itself, or again later")
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    response = Response(_events(parts, path.run_id), mimetype=MEDIA_TYPE)
    response.call_on_close(parts.waiters.release)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would wait until it has enough
    return response


def _events(parts: Service, run_id: str) -> Iterator[str]:
    yield f"retry: {1000 * RETRY_SECONDS}\n\n"
    seen, told = None, time.monotonic()
    while True:
        row = get_run(parts.store, run_id)
        if row.updated != seen:
            seen, told = row.updated, time.monotonic()
            kind = "end" if row.status in ENDED else "progress"
            run = run_model(row, plan_of_run(parts.store, run_id)).model_dump_json()
            yield f"event: {kind}\ndata: {run}\n\n"
        elif time.monotonic() - told >= HEARTBEAT_SECONDS:
            told = time.monotonic()
            yield ": still here\n\n"  # a connection that is gone is noticed by writing to it
        if row.status in ENDED or parts.leaving.wait(LOOK_SECONDS):
            return
