"""Calendar feeds: one person's shifts at an address that only its owner knows, until it is revoked."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api.calendars import shift_calendar
from api.errors import NotFound
from api.identity import me
from api.problems import Problem
from api.store.identity_tables import TokenKind, TokenRow
from api.store.published import ShiftFilter, find_published
from api.store.tokens import find_token, get_token, issue_token, list_tokens, revoke_token
from api.v1.answers import etag_of, json_answer, secret_answer
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.models import NEXT_CURSOR
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.service import service
from api.v1.times import Instant
from forecasting.errors import Fault, InvalidInput

__all__ = ["calendar_blueprint", "feeds_api"]

feeds_api = APIBlueprint("feeds", __name__, url_prefix="/v1", abp_tags=[Tag(name="people")])
calendar_blueprint = Blueprint("calendars", __name__)
PAST = timedelta(days=92)
ALL = 10_000


class FeedRequest(BaseModel):
    """Whose shifts."""

    model_config = ConfigDict(extra="forbid")

    agent: str | None = Field(None, min_length=1, max_length=100, description="An agent may leave it out.")
    workspace: str | None = Field(None, description="Name of the workspace that the agent is of.")


class FeedModel(BaseModel):
    """A feed, without its address."""

    id: str
    agent: str
    workspace: str | None
    created: Instant


class NewFeed(FeedModel):
    """A new feed."""

    path: str = Field(description="Address on this service, to subscribe to; told this once.")


class FeedList(BaseModel):
    """Feeds that are not revoked, newest first."""

    items: list[FeedModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class FeedPath(BaseModel):
    """Which feed."""

    feed_id: str = Field(description="Id of the feed.")


@feeds_api.get("/feeds", responses={200: FeedList})
def get_feeds(query: PageQuery) -> Response:
    """List calendar feeds, newest first; an agent's own."""
    scope = ("feeds", me().agent)
    position = read_cursor(query.cursor, *scope)
    before = None if position is None else str(position)
    rows = list_tokens(
        service().store, TokenKind.FEED, limit=query.limit + 1, before=before, agent=me().agent
    )
    shown = rows[: query.limit]
    return json_answer(
        FeedList(
            items=[FeedModel.model_validate(row, from_attributes=True) for row in shown],
            next_cursor=write_cursor(shown[-1].id, *scope) if len(rows) > query.limit else None,
        )
    )


@feeds_api.post(
    "/feeds", responses={201: NewFeed, 415: Problem}, openapi_extensions=request_body(json=FeedRequest)
)
def add_feed() -> Response:
    """Make a calendar feed of one agent's shifts; an agent's own."""
    body_kind({JSON})
    asked = read_json(FeedRequest)
    asks = me()
    agent = asked.agent or asks.agent
    if agent is None or asks.agent not in (None, agent):
        rule = "agent must be named" if agent is None else "agent must be your own name in the rota"
        raise InvalidInput(Fault(rule, column="agent", value=agent, code="agent"))
    row, secret = issue_token(
        service().store,
        TokenKind.FEED,
        name=f"feed of {agent}",
        agent=agent,
        workspace=asks.workspace or asked.workspace,
    )
    plain = FeedModel.model_validate(row, from_attributes=True)
    return secret_answer(NewFeed(**plain.model_dump(), path=f"/calendars/{secret}.ics"), 201)


@feeds_api.delete("/feeds/<feed_id>", responses={204: None, 404: Problem})
def forget_feed(path: FeedPath) -> Response:
    """Revoke a calendar feed: its address shows nothing any more."""
    row = get_token(service().store, path.feed_id, TokenKind.FEED)
    if me().agent not in (None, row.agent):
        raise NotFound(f"there is no feed {path.feed_id}")
    revoke_token(service().store, path.feed_id, TokenKind.FEED)
    return Response(status=204)


@calendar_blueprint.get("/calendars/<secret>.ics")
def calendar(secret: str) -> Response:
    """Return a person's shifts, from three months ago on, as a calendar."""
    store = service().store
    found = find_token(store, secret[:200], [TokenKind.FEED])
    if found is None:
        raise NotFound("there is no such calendar, or it was revoked")
    response = Response(_content(found.token), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(etag_of(response.get_data()))
    response.make_conditional(request)
    return response


def _content(token: TokenRow) -> bytes:
    store = service().store
    since = store.clock() - PAST
    wanted = ShiftFilter(agent=token.agent, workspace=token.workspace, window_from=since, with_cancelled=True)
    return shift_calendar(f"Shifts of {token.agent}", find_published(store, wanted, limit=ALL))
