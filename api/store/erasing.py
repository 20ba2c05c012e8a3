"""Taking who a person is out of all that is held.

Their work stays, under another name that says nothing of them: sums, coverage and what was published stay
true. Backups are files of the operator's; one that is restored brings back what it holds.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Text, and_, cast, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from api.errors import Conflict, NotFound
from api.store.audit import record
from api.store.database import Store, take_turns
from api.store.feed import hold_feed
from api.store.idempotency import IdempotencyKeyRow
from api.store.identity_tables import AuditRow, TokenRow, UserRow
from api.store.people_tables import PersonRow
from api.store.personal_data import feeds_of, if_packed, mentioned, users_of
from api.store.publication_tables import Action, ChangeRow, FeedRow, PublicationRow, PublishedShiftRow
from api.store.tables import Base, PlanFileRow, PlanRow, RunRow, RunStatus, ShiftRow, WorkspaceRow
from api.store.webhook_tables import MessageRow
from api.workspace.person import rename_person

__all__ = ["erase_person"]

PSEUDONYM_BYTES = 6
TIMELINE = "timeline"
WORDS: Mapping[type[Base], tuple[str, ...]] = {
    RunRow: ("message", "trace"),
    PublicationRow: ("reason",),
    AuditRow: ("actor",),
}
"""Columns of text in which a name may stand."""
DOCUMENTS: Mapping[type[Base], tuple[str, ...]] = {
    PlanRow: ("report",),
    RunRow: ("problem",),
    AuditRow: ("before", "after"),
    MessageRow: ("body",),
}
"""Columns of JSON that speak of people, in these fields only: people may be called as the others are."""
FIELDS = frozenset(
    {"agent", "agents", "name", "user_name", "actor"}
    | {"detail", "explanations", "message", "notes", "reason", "warnings"}
)
"""Those that hold people, and those that hold sentences."""


def erase_person(store: Store, agent: str) -> str:
    """Take out who an agent is, everywhere and at once; return the name that is there in its place.

    Their users are disabled and have no name; their feeds are revoked. Whoever keeps a copy of published
    shifts pulls them as changed.

    Raises
    ------
    NotFound
        If nothing is held of them.
    Conflict
        While a run is at work: its plan would bring the name back.
    """
    other = f"former-{secrets.token_hex(PSEUDONYM_BYTES)}"
    now = store.clock()
    with store.writing() as session:
        feed = hold_feed(session)
        going_on = RunRow.status.in_((RunStatus.QUEUED, RunStatus.RUNNING))
        if session.scalar(select(exists().where(going_on))):
            raise Conflict("a run is at work, and its plan would bring the name back: stop it, or wait")
        users = list(session.scalars(users_of(agent)))
        directory = session.scalar(select(PersonRow.user_name).where(PersonRow.agent == agent))
        names = [agent, *(user.name for user in users), *([directory] if directory else [])]
        known = [
            bool(users),
            _rename_in_workspaces(session, agent, other),
            _rename_in_directory(session, agent, other, now),
            _rename_in_plans(session, agent, other),
            _rename_published(session, feed, agent, other, now),
        ]
        if not any(known):
            raise NotFound(f"nothing is held of an agent {agent}")
        _shut_out(session, users, agent, other, now)
        _rename_in_words(session, names, other)
        record(session, now, "person.erase", f"agents/{other}")
    return other


def _shut_out(session: Session, users: Sequence[UserRow], agent: str, other: str, now: datetime) -> None:
    for number, user in enumerate(users):
        user.name = other if number == 0 else f"{other}-{number}"
        user.agent, user.password, user.disabled = other, None, user.disabled or now
        session.execute(delete(TokenRow).where(TokenRow.user_id == user.id))
    ended = func.coalesce(TokenRow.revoked, now)
    feeds = update(TokenRow).where(*feeds_of(agent))
    session.execute(feeds.values(agent=other, name=f"feed of {other}", revoked=ended))


def _rename_in_directory(session: Session, agent: str, other: str, now: datetime) -> bool:
    row = session.scalar(select(PersonRow).where(PersonRow.agent == agent))
    if row is not None:
        row.agent, row.user_name, row.external_id, row.document = other, None, None, {}
        row.left, row.modified = row.left or now, now
    return row is not None


def _rename_in_workspaces(session: Session, agent: str, other: str) -> bool:
    known = False
    for name in list(session.scalars(select(WorkspaceRow.name).distinct().order_by(WorkspaceRow.name))):
        take_turns(session, f"workspace {name}")  # an edit at work would bring the name back
    for workspace_id in list(session.scalars(select(WorkspaceRow.id))):
        content = session.scalar(select(WorkspaceRow.content).where(WorkspaceRow.id == workspace_id))
        renamed = if_packed(rename_person, content or b"", agent, other)
        if renamed is not None:
            known, digest = True, hashlib.sha256(renamed).hexdigest()
            changed = update(WorkspaceRow).where(WorkspaceRow.id == workspace_id)
            session.execute(changed.values(content=renamed, digest=digest, size_bytes=len(renamed)))
    return known


def _rename_in_plans(session: Session, agent: str, other: str) -> bool:
    known = session.scalar(select(exists().where(ShiftRow.agent == agent))) or False
    session.execute(update(ShiftRow).where(ShiftRow.agent == agent).values(agent=other))
    for plan_id in list(session.scalars(select(PlanFileRow.plan_id).where(PlanFileRow.name == TIMELINE))):
        row = session.get_one(PlanFileRow, (plan_id, TIMELINE))
        table = pq.read_table(pa.BufferReader(row.content))
        theirs = pc.equal(table["agent"], agent)
        if pc.any(theirs).as_py():
            agents = pc.if_else(theirs, pa.scalar(other, table["agent"].type), table["agent"])
            place, target = table.schema.get_field_index("agent"), io.BytesIO()
            pq.write_table(table.set_column(place, "agent", agents), target, compression="zstd")
            row.content, row.digest = target.getvalue(), hashlib.sha256(target.getvalue()).hexdigest()
            session.flush()
        session.expunge(row)  # one at a time in memory
    return known


def _rename_published(session: Session, feed: FeedRow, agent: str, other: str, now: datetime) -> bool:
    known = session.scalar(select(exists().where(PublishedShiftRow.agent == agent))) or False
    in_effect = and_(PublishedShiftRow.agent == agent, PublishedShiftRow.cancelled.is_(False))
    for shift in session.scalars(select(PublishedShiftRow).where(in_effect).with_for_update()):
        feed.last += 1
        shift.revision, shift.sequence, shift.updated = shift.revision + 1, feed.last, now
        session.add(
            ChangeRow(
                sequence=feed.last,
                created=now,
                publication_id=shift.publication_id,
                action=Action.CHANGED,
                shift_id=shift.id,
                revision=shift.revision,
                workspace=shift.workspace,
                agent=other,
                site=shift.site,
                local_date=shift.local_date,
            )
        )
    session.flush()
    session.execute(update(PublishedShiftRow).where(PublishedShiftRow.agent == agent).values(agent=other))
    session.execute(update(ChangeRow).where(ChangeRow.agent == agent).values(agent=other))
    return known


def _rename_in_words(session: Session, names: Sequence[str], other: str) -> None:
    named = mentioned(*names)
    for table, columns in WORDS.items():
        for row in _likely(session, table, columns, names):
            for column in columns:
                text = getattr(row, column)
                setattr(row, column, text and named.sub(other, text))
        session.flush()
    for table, columns in DOCUMENTS.items():
        for row in _likely(session, table, columns, names):
            for column in columns:
                setattr(row, column, _without(named, other, getattr(row, column)))
        session.flush()
    for key in session.scalars(select(IdempotencyKeyRow)):
        if named.search((key.body or b"").decode(errors="replace")) or named.search(key.address):
            session.delete(key)


def _likely(session: Session, table: type[Base], columns: Sequence[str], names: Sequence[str]) -> list[Any]:
    """Return the rows in which a name stands, if maybe within another word."""
    written = [orjson.dumps(name).decode()[1:-1] for name in names]  # as JSON has them
    held = [cast(getattr(table, column), Text) for column in columns]
    likely = or_(*(text.contains(name, autoescape=True) for text in held for name in written))
    return list(session.scalars(select(table).where(likely)))


def _without(named: re.Pattern[str], other: str, document: Any) -> Any:
    """Return a document, or the text of one, without the names in fields that may hold them."""
    if isinstance(document, str):
        return orjson.dumps(_renamed(named, other, orjson.loads(document))).decode()
    return _renamed(named, other, document)


def _renamed(named: re.Pattern[str], other: str, value: Any, *, told: bool = False) -> Any:
    """Return the value, renamed where its field is one of those; keys stay as they are."""
    if isinstance(value, str):
        return named.sub(other, value) if told else value
    if isinstance(value, list):
        return [_renamed(named, other, part, told=told) for part in value]
    if isinstance(value, dict):
        return {field: _renamed(named, other, part, told=field in FIELDS) for field, part in value.items()}
    return value
