"""Webhooks: addresses that are called, what came of it, and sending again."""

from __future__ import annotations

from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem
from api.store.deliveries import list_deliveries, replay_delivery
from api.store.webhook_tables import EventType
from api.store.webhooks import add_webhook, end_webhook, get_webhook, list_webhooks
from api.v1.answers import json_answer, secret_answer
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.models import NEXT_CURSOR
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.service import service
from api.v1.times import Instant
from api.webhooks import check_target

__all__ = ["webhooks_api"]

webhooks_api = APIBlueprint(
    "webhooks", __name__, url_prefix="/v1", abp_tags=[Tag(name="webhooks")], abp_responses={404: Problem}
)
Event = Literal["plan.published", "shift.changed", "run.finished"]


class WebhookRequest(BaseModel):
    """Whom to call, and for what."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=8, max_length=2000, description="https, and not in a private network.")
    events: list[Event] = Field(min_length=1, max_length=3)


class WebhookModel(BaseModel):
    """A webhook, without its secret."""

    id: str
    url: str
    events: list[Event]
    created: Instant


class NewWebhook(WebhookModel):
    """A new webhook."""

    secret: str = Field(description="Signs what is sent (Standard Webhooks); told this once.")


class WebhookList(BaseModel):
    """Webhooks, newest first."""

    items: list[WebhookModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class AttemptModel(BaseModel):
    """One call."""

    at: Instant
    status: int | None = Field(description="Of the answer over HTTP; null where there was none.")
    error: str | None
    seconds: float


class DeliveryModel(BaseModel):
    """A message for a webhook, and what came of it."""

    id: str
    message_id: str = Field(description="The header `webhook-id`: the same each time that it is sent.")
    event: Event
    state: Literal["pending", "delivered", "failed"]
    due: Instant | None = Field(description="When it is tried next.")
    log: list[AttemptModel]


class DeliveryList(BaseModel):
    """Deliveries, newest first."""

    items: list[DeliveryModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class WebhookPath(BaseModel):
    """Which webhook."""

    webhook_id: str = Field(description="Id of the webhook.")


class DeliveryPath(WebhookPath):
    """Which delivery."""

    delivery_id: str = Field(description="Id of the delivery.")


@webhooks_api.get("/webhooks", responses={200: WebhookList})
def get_webhooks(query: PageQuery) -> Response:
    """List webhooks, newest first."""
    position = read_cursor(query.cursor, "webhooks")
    before = None if position is None else str(position)
    rows = list_webhooks(service().store, limit=query.limit + 1, before=before)
    shown = rows[: query.limit]
    return json_answer(
        WebhookList(
            items=[WebhookModel.model_validate(row, from_attributes=True) for row in shown],
            next_cursor=write_cursor(shown[-1].id, "webhooks") if len(rows) > query.limit else None,
        )
    )


@webhooks_api.post(
    "/webhooks",
    responses={201: NewWebhook, 415: Problem},
    openapi_extensions=request_body(json=WebhookRequest),
)
def add_one_webhook() -> Response:
    """Have an address called when something happens. The secret that signs the calls is told this once."""
    body_kind({JSON})
    asked = read_json(WebhookRequest)
    check_target(asked.url, private_allowed=service().config.webhook_private_targets)
    row = add_webhook(service().store, url=asked.url, events=map(EventType, asked.events))
    return secret_answer(NewWebhook.model_validate(row, from_attributes=True), 201)


@webhooks_api.delete("/webhooks/<webhook_id>", responses={204: None})
def forget_webhook(path: WebhookPath) -> Response:
    """Call an address no more."""
    end_webhook(service().store, path.webhook_id)
    return Response(status=204)


@webhooks_api.get("/webhooks/<webhook_id>/deliveries", responses={200: DeliveryList})
def get_deliveries(path: WebhookPath, query: PageQuery) -> Response:
    """List what was sent to a webhook, or is to be, newest first."""
    scope = ("deliveries", path.webhook_id)
    position = read_cursor(query.cursor, *scope)
    store = service().store
    get_webhook(store, path.webhook_id)
    before = None if position is None else str(position)
    rows = list_deliveries(store, path.webhook_id, limit=query.limit + 1, before=before)
    shown = rows[: query.limit]
    items = [
        DeliveryModel(
            id=row.id,
            message_id=row.message_id,
            event=event,  # type: ignore[arg-type]  # the table holds no other values
            state=row.state,  # type: ignore[arg-type]
            due=row.due if row.state == "pending" else None,
            log=[AttemptModel.model_validate(entry) for entry in row.log],
        )
        for row, event in shown
    ]
    following = write_cursor(items[-1].id, *scope) if len(rows) > query.limit else None
    return json_answer(DeliveryList(items=items, next_cursor=following))


@webhooks_api.post("/webhooks/<webhook_id>/deliveries/<delivery_id>/replay", responses={202: None})
def replay(path: DeliveryPath) -> Response:
    """Send a message again, with its old id."""
    store = service().store
    get_webhook(store, path.webhook_id)
    replay_delivery(store, path.webhook_id, path.delivery_id)
    return Response(status=202)
