"""Users and secrets in the store; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.errors import Conflict, NotFound
from api.signing_in import ensure_admin, make_admin, sign_in_link
from api.store.audit import ACTOR, Actor, list_audit
from api.store.database import Store
from api.store.identity_tables import TokenKind
from api.store.tokens import find_token, forget_tokens, issue_token, revoke_token, use_link
from api.store.users import (
    add_user,
    change_user,
    check_password,
    find_user,
    get_user,
    list_users,
    set_password,
)
from forecasting.errors import InvalidInput
from tests.api.conftest import Clock

PASSWORD = "a horse, a battery, a staple"
HOUR = timedelta(hours=1)


@pytest.mark.slow
def test_the_first_start_makes_an_admin_once(store: Store) -> None:
    password = make_admin(store)
    assert password is not None
    user = check_password(store, "Admin", password)
    assert user is not None
    assert (user.role, user.must_change) == ("admin", True)
    assert password not in repr(vars(user))
    assert make_admin(store) is None
    assert ensure_admin(store).id == user.id


@pytest.mark.slow
def test_five_failures_lock_out_for_a_quarter_of_an_hour(store: Store, clock: Clock) -> None:
    user = add_user(store, name="kim", role="planner")
    assert check_password(store, "kim", "") is None, "nobody has no password"
    set_password(store, user.id, PASSWORD)
    assert get_user(store, user.id).must_change is False
    for _ in range(4):
        assert check_password(store, "kim", "wrong") is None
    assert check_password(store, "kim", PASSWORD) is not None, "a success ends the row"
    for _ in range(5):
        assert check_password(store, "kim", "wrong") is None
    assert check_password(store, "kim", PASSWORD) is None
    clock.turn(15 * 60 + 1)
    assert check_password(store, "kim", PASSWORD) is not None
    assert check_password(store, "nobody", PASSWORD) is None
    change_user(store, user.id, disabled=True)
    assert check_password(store, "kim", PASSWORD) is None
    with pytest.raises(InvalidInput, match="12 characters"):
        set_password(store, user.id, "short")


def test_users_are_checked(store: Store) -> None:
    kim = add_user(store, name=" Kim ", role="admin")
    assert (find_user(store, "KIM"), kim.name) != (None, "Kim")
    with pytest.raises(Conflict, match="kim"):
        add_user(store, name="kim", role="planner")
    for role in ("lead", "agent", "integration"):
        with pytest.raises(InvalidInput):
            add_user(store, name=role, role=role)
    with pytest.raises(Conflict, match="nobody else"):
        change_user(store, kim.id, role="planner")
    with pytest.raises(Conflict, match="nobody else"):
        change_user(store, kim.id, disabled=True)
    add_user(store, name="ada", role="admin")
    assert change_user(store, kim.id, role="lead", sites=["Riga"]).sites == ["Riga"]
    assert [user.name for user in list_users(store, limit=9)] == ["ada", "kim"]
    assert [user.name for user in list_users(store, limit=9, after="ada")] == ["kim"]
    with pytest.raises(NotFound):
        change_user(store, "none", role="admin")


def test_secrets_are_good_until_they_end(store: Store, clock: Clock) -> None:
    user = add_user(store, name="kim", role="admin")
    add_user(store, name="ada", role="admin")
    _, session = issue_token(store, TokenKind.SESSION, user_id=user.id, lifetime=HOUR)
    found = find_token(store, session, [TokenKind.SESSION])
    assert found is not None
    assert found.user is not None
    assert session not in repr(vars(found.token)), "only its digest is kept"
    assert find_token(store, session, [TokenKind.KEY]) is None
    assert find_token(store, session[:-1], [TokenKind.SESSION]) is None
    clock.turn(3600)
    assert find_token(store, session, [TokenKind.SESSION]) is None
    _, session = issue_token(store, TokenKind.SESSION, user_id=user.id, lifetime=HOUR)
    change_user(store, user.id, role="planner")
    assert find_token(store, session, [TokenKind.SESSION]) is None, "what they may do has changed"
    key, secret = issue_token(store, TokenKind.KEY, name="hr", permissions=["shifts:read"])
    _, access = issue_token(store, TokenKind.ACCESS, key_id=key.id, lifetime=HOUR)
    assert find_token(store, access, [TokenKind.ACCESS]) is not None
    revoke_token(store, key.id, TokenKind.KEY)
    assert find_token(store, secret, [TokenKind.KEY]) is None
    assert find_token(store, access, [TokenKind.ACCESS]) is None
    with pytest.raises(NotFound):
        revoke_token(store, key.id, TokenKind.KEY)
    clock.turn(40 * 86400)
    forget_tokens(store, older_than_days=30)
    assert find_token(store, access, [TokenKind.ACCESS]) is None


def test_a_link_lets_in_once(store: Store) -> None:
    user = add_user(store, name="kim", role="planner")
    secret = sign_in_link(store, user, "http://localhost:8000").rpartition("/")[2]
    with ThreadPoolExecutor(4) as pool:
        entered = list(pool.map(lambda _: use_link(store, secret), range(4)))
    assert [one.id for one in entered if one is not None] == [user.id]
    assert use_link(store, "nothing") is None


def test_changes_are_told_with_who_made_them(store: Store, clock: Clock) -> None:
    before = ACTOR.set(Actor("ada", "request-1"))
    user = add_user(store, name="kim", role="planner")
    ACTOR.set(Actor("bob"))
    clock.turn(60)
    change_user(store, user.id, role="lead", sites=["Riga"])
    ACTOR.reset(before)
    change, addition = list_audit(store, limit=9, resource=f"users/{user.id}")
    assert (addition.actor, addition.request_id, addition.action) == ("ada", "request-1", "user.add")
    assert (change.actor, change.created) == ("bob", clock.now)
    assert change.before is not None
    assert change.after is not None
    assert (change.before["role"], change.after["role"]) == ("planner", "lead")
    assert list_audit(store, limit=9, before=change.id)[0].id == addition.id
