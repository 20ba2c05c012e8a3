"""Calendar feeds: given out, followed, revoked."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from icalendar import Calendar

from api.store.database import Store
from api.store.identity_tables import Role
from api.store.publishing import publish_plan, revert_publication
from tests.api.client import Client


def instants(text: bytes) -> dict[str, datetime]:
    """Begins of events by their id."""
    return {str(one["uid"]): one.decoded("dtstart") for one in Calendar.from_ical(text).walk("VEVENT")}


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_feed_follows_its_agent_until_it_is_revoked(app: Flask, store: Store, plan_id: str) -> None:
    planner, agent = Client(app, Role.PLANNER), Client(app, Role.AGENT)
    publication = publish_plan(store, plan_id)
    made = agent.post("/v1/feeds", json={})
    assert made.status_code == 201, made.text
    assert made.json["agent"] == "ann"
    visitor = app.test_client()
    answer = visitor.get(made.json["path"])
    assert answer.content_type == "text/calendar; charset=utf-8"
    first = instants(answer.data)
    assert len(first) == 2
    assert (
        visitor.get(made.json["path"], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )
    revert_publication(store, publication.id)
    text = visitor.get(made.json["path"]).data
    assert instants(text) == first, "the same events, known by the same ids"
    assert text.count(b"STATUS:CANCELLED") == 2
    assert text.count(b"SEQUENCE:1") == 2
    assert agent.post("/v1/feeds", json={"agent": "bea"}).status_code == 422
    other = planner.post("/v1/feeds", json={"agent": "bea"}).json
    assert planner.post("/v1/feeds", json={}).status_code == 422
    assert [one["id"] for one in agent.get("/v1/feeds").json["items"]] == [made.json["id"]]
    assert len(planner.get("/v1/feeds").json["items"]) == 2
    assert agent.delete(f"/v1/feeds/{other['id']}").status_code == 404
    assert agent.delete(f"/v1/feeds/{made.json['id']}").status_code == 204
    assert visitor.get(made.json["path"]).status_code == 404
    assert agent.delete(f"/v1/feeds/{made.json['id']}").status_code == 404
