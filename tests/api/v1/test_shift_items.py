"""Shifts are written from columns, past the models that the document shows: both must say the same."""

from __future__ import annotations

from typing import Any

import orjson

from api.store.database import Store
from api.store.plans import PlanShifts, find_shifts
from api.store.published import ShiftFilter, find_published, pull_shifts
from api.store.publishing import publish_plan
from api.v1.models import ShiftModel
from api.v1.publication_models import PublishedShiftModel
from api.v1.shift_items import published_item, shift_item


def written(item: dict[str, Any]) -> bytes:
    return orjson.dumps(item, option=orjson.OPT_UTC_Z)


def test_items_are_what_their_models_write(store: Store, plan_id: str) -> None:
    plain = [written(shift_item(row)) for row in find_shifts(store, PlanShifts(plan_id), limit=9)]
    publish_plan(store, plan_id)
    published = [written(published_item(row)) for row in find_published(store, ShiftFilter(), limit=9)]
    pulled = [written(published_item(row)) for row in pull_shifts(store, None, limit=9).rows]
    assert sorted(pulled) == sorted(published)
    assert len(plain) == len(published) == 3
    for text in plain:
        assert orjson.loads(text) == orjson.loads(ShiftModel.model_validate_json(text).model_dump_json())
    for text in published:
        model = PublishedShiftModel.model_validate_json(text)
        assert orjson.loads(text) == orjson.loads(model.model_dump_json())
    assert b'"start":"2026-03-28T22:00:00Z"' in published[0]
    assert b"+00:00" not in b"".join(plain + published)
