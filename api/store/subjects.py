"""Users whom an identity provider vouches for: found by subject, linked or made at their first sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from api.errors import Forbidden
from api.store.audit import record
from api.store.database import Store
from api.store.identity_tables import UserRow
from api.store.people_tables import PersonRow
from api.store.users import add_user, change_user

__all__ = ["Vouched", "sign_in_vouched"]

MAX_NAME = 100


@dataclass(frozen=True)
class Vouched:
    """What an identity provider says of someone who has just signed in there.

    Parameters
    ----------
    subject
        Who they are at the issuer, for good: names and addresses are given to others in time.
    name
        What they would be called here.
    email
        Only where the provider has verified it.
    role, sites, agent
        What they may do here.
    """

    issuer: str
    subject: str
    name: str
    email: str | None
    role: str
    sites: tuple[str, ...] = ()
    agent: str | None = None


def sign_in_vouched(store: Store, vouched: Vouched) -> UserRow:
    """Return the user of this subject, as the provider says what they may do.

    At the first sign-in, the user whose name is the verified address and who is nobody's yet is linked; where
    there is none, one is made, under another name if theirs is taken.

    Raises
    ------
    Forbidden
        If the user is disabled, or the company's directory says that they have left.
    Conflict
        If nobody else could administer the service.
    """
    with store.reading() as session:
        _refuse_who_left(session, vouched)
        found = session.scalar(_of_subject(vouched))
    user = found or _link(store, vouched) or _make(store, vouched)
    if user.disabled is not None:
        raise Forbidden(f"{user.name} is disabled here")
    wanted = {"role": vouched.role, "sites": list(vouched.sites), "agent": vouched.agent}
    if any(getattr(user, name) != value for name, value in wanted.items()):
        change_user(store, user.id, **wanted)
    now = store.clock()
    with store.writing() as session:
        row = session.get_one(UserRow, user.id, with_for_update=True)
        row.last_sign_in = now
        record(session, now, "user.sign_in", f"users/{row.id}", after={"issuer": vouched.issuer})
    return row


def _of_subject(vouched: Vouched) -> Select[UserRow]:
    return select(UserRow).where(UserRow.issuer == vouched.issuer, UserRow.subject == vouched.subject)


def _refuse_who_left(session: Session, vouched: Vouched) -> None:
    names = [name.lower() for name in (vouched.name, vouched.email) if name]
    same = or_(PersonRow.user_name.in_(names), PersonRow.agent == vouched.agent)
    if session.scalar(select(PersonRow.id).where(same, PersonRow.left.is_not(None)).limit(1)):
        raise Forbidden(f"the company's directory says that {vouched.name} has left")


def _link(store: Store, vouched: Vouched) -> UserRow | None:
    """Link the user whose name is the verified address, if there is one and they are nobody's yet."""
    if vouched.email is None:
        return None
    with store.writing() as session:
        named = select(UserRow).where(UserRow.name == vouched.email.lower(), UserRow.subject.is_(None))
        row = session.scalar(named.with_for_update())
        if row is not None:
            row.issuer, row.subject = vouched.issuer, vouched.subject
            record(session, store.clock(), "user.link", f"users/{row.id}", after={"subject": vouched.subject})
    return row


def _make(store: Store, vouched: Vouched) -> UserRow:
    return add_user(
        store,
        name=_free_name(store, vouched.name),
        role=vouched.role,
        sites=list(vouched.sites),
        agent=vouched.agent,
        issuer=vouched.issuer,
        subject=vouched.subject,
    )


def _free_name(store: Store, name: str) -> str:
    with store.reading() as session:
        for number in count(1):
            tried = (name if number == 1 else f"{name[: MAX_NAME - 6]} ({number})")[:MAX_NAME].lower()
            if session.scalar(select(UserRow.id).where(UserRow.name == tried)) is None:
                return tried
    raise AssertionError("numbers do not end")
