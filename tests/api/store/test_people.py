"""People in the store, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.errors import Conflict, NotFound, PreconditionFailed
from api.store.database import Store
from api.store.people import (
    PersonState,
    add_person,
    change_person,
    delete_person,
    find_people,
    get_person,
    people_of_rotas,
)
from tests.api.conftest import Clock


def state(name: str = "Kim", **more: Any) -> PersonState:
    return PersonState(
        **{"user_name": name, "external_id": None, "agent": name, "active": True, "document": {}} | more
    )


def test_since_when_someone_is_gone_is_kept(store: Store, clock: Clock) -> None:
    kim = add_person(store, state(document={"title": "Boss"}))
    clock.turn(60)
    gone = clock.now
    assert change_person(store, kim.id, state(active=False)).left == gone
    clock.turn(60)
    assert change_person(store, kim.id, state(active=False, external_id="e")).left == gone
    delete_person(store, kim.id)
    with pytest.raises(NotFound):
        get_person(store, kim.id)
    with pytest.raises(NotFound):
        delete_person(store, kim.id)
    assert list(find_people(store)) == []
    (kept,) = people_of_rotas(store)
    assert (kept.agent, kept.left, kept.user_name, kept.external_id, kept.document) == (
        "Kim",
        gone,
        None,
        None,
        {},
    )
    again = add_person(store, state())
    assert [(row.id, row.left) for row in people_of_rotas(store)] == [(again.id, None)]
    delete_person(store, again.id)
    other = add_person(store, state("Lou"))
    assert change_person(store, other.id, state("Lou", agent="Kim")).agent == "Kim"
    assert len(people_of_rotas(store)) == 1


def test_nobody_is_twice(store: Store, clock: Clock) -> None:
    kim = add_person(store, state(external_id="e-1"))
    clock.turn(1)
    lou = add_person(store, state("lou"))
    for again in (state("KIM", agent="x"), state("other", agent="Kim")):
        with pytest.raises(Conflict, match="someone else"):
            add_person(store, again)
        with pytest.raises(Conflict, match="someone else"):
            change_person(store, lou.id, again)
    assert [row.id for row in find_people(store, user_name="KIM")] == [kim.id]
    assert [row.id for row in find_people(store, external_id="e-1")] == [kim.id]
    assert [row.id for row in find_people(store)] == [kim.id, lou.id]


def test_of_changes_at_once_one_has_the_version(store: Store) -> None:
    kim = add_person(store, state())

    def change(number: int) -> bool:
        try:
            change_person(store, kim.id, state(document={"title": str(number)}), version=1)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(change, range(4))) == [False, False, False, True]
    assert get_person(store, kim.id).version == 2
