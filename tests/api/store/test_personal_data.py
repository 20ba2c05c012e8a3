"""One person, exported and erased."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from api.entries import PeopleTable
from api.errors import Conflict, NotFound
from api.store.audit import list_audit
from api.store.backup import TABLES
from api.store.claims import claim_run
from api.store.database import Store
from api.store.erasing import erase_person
from api.store.feed import list_changes
from api.store.identity_tables import Role, TokenKind
from api.store.people import PersonState, add_person
from api.store.personal_data import export_person
from api.store.plans import FinishedPlan, plan_report, plan_table, save_plan
from api.store.published import pull_shifts
from api.store.publishing import publish_plan
from api.store.runs import ask_to_stop, create_run
from api.store.tables import RunStatus
from api.store.tokens import find_token, issue_token
from api.store.users import add_user, check_password, get_user, set_password
from api.store.webhook_tables import EventType, MessageRow
from api.store.webhooks import add_webhook
from api.store.workspaces import add_workspace, newest_workspace, workspace_content
from api.workspace.packed import unpack
from api.workspace.read import read_workspace
from tests.api.plans import finished_plan
from tests.workspaces import Rows, write_workspace

ZOE, LOGIN, FULL_NAME, MAIL = "zoe-4711", "zkowalski", "Zoe Kowalski", "zoe.k@corp.example"
PASSWORD = "correct horse battery"
ZOES: dict[str, Rows] = {
    "agents": [
        {
            "agent": ZOE,
            "site": "london",
            "contract": "full",
            "skills": "en:*",
            "name": FULL_NAME,
            "email": MAIL,
        },
        {"agent": "bob", "site": "london", "contract": "full", "skills": "en:*"},
    ],
    "time_off": [{"agent": ZOE, "start": "2026-03-04", "end": "2026-03-05", "kind": "sick"}],
    "wishes": [{"agent": "bob", "date": "2026-03-05", "wish": "day_off"}],
    "activities": [
        {
            "name": "review",
            "minutes": 60,
            "agents": f"bob;{ZOE}",
            "window_start": "2026-03-02T09:00:00Z",
            "window_end": "2026-03-06T17:00:00Z",
        }
    ],
}


def packed(folder: Path) -> bytes:
    """A workspace with her in it; history of hers as Parquet."""
    target = io.BytesIO()
    history = pa.table({"agent": [ZOE, "bob"], "date": ["2026-02-27", "2026-02-27"]})
    with zipfile.ZipFile(target, "w") as archive:
        written = write_workspace(
            folder,
            agents=ZOES["agents"],
            time_off=ZOES["time_off"],
            wishes=ZOES["wishes"],
            activities=ZOES["activities"],
        )
        for path in sorted(written.iterdir()):
            archive.write(path, path.name)
        with archive.open("history.parquet", "w") as member:
            pq.write_table(history, member)
    return target.getvalue()


def her_plan() -> FinishedPlan:
    """The small plan, with her for Ann."""
    plan = finished_plan()
    timeline = plan.tables["timeline"]
    agents = pc.if_else(pc.equal(timeline["agent"], "ann"), pa.scalar(ZOE), timeline["agent"])
    return replace(
        plan,
        shifts=[dict(shift) | {"agent": shift["agent"].replace("ann", ZOE)} for shift in plan.shifts],
        report={
            "status": "optimal",
            "fairness": {"agents": [{"agent": ZOE, "nights": 1}]},
            "warnings": [f"{ZOE} works nights; {ZOE}x does not"],
        },
        tables={**plan.tables, "timeline": timeline.set_column(0, "agent", agents)},
    )


@pytest.fixture
def plan_id(store: Store, tmp_path: Path) -> str:
    """A published plan of hers."""
    add_webhook(store, url="https://hooks.example/", events=list(EventType))
    workspace = add_workspace(store, name="support", summary={}, content=packed(tmp_path)).id
    create_run(store, workspace_id=workspace, options={})
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    plan = save_plan(
        store, run_id=claim.run_id, lease=claim.lease, plan=her_plan(), run_status=RunStatus.DONE
    )
    publish_plan(store, plan)
    return plan


def texts(store: Store) -> Iterator[tuple[str, str]]:
    """Everything that the database holds, unpacked, by table."""
    with store.reading() as session:
        for table in TABLES:
            for row in session.execute(select(table)):
                for value in row:
                    yield from ((table.name, text) for text in unpacked(value))


def unpacked(value: object) -> Iterator[str]:
    if not isinstance(value, bytes):
        yield str(value)
    elif value.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(value)) as archive:
            for member in archive.namelist():
                yield from unpacked(archive.read(member))
    elif value.startswith(b"PAR1"):
        yield str(pq.read_table(pa.BufferReader(value)).to_pylist())
    else:
        yield value.decode()


def test_all_that_is_held_is_told(store: Store, plan_id: str) -> None:
    user = add_user(store, name=LOGIN, role=Role.AGENT, agent=ZOE)
    feed, secret = issue_token(store, TokenKind.FEED, name=f"feed of {ZOE}", agent=ZOE)
    state = PersonState(user_name=MAIL, external_id="77", agent=ZOE, active=True, document={"nick": "Z"})
    add_person(store, state)
    told = export_person(store, ZOE)
    (tables,) = [kept["tables"] for kept in told["workspaces"]]
    assert sorted(tables) == ["activities.csv", "agents.csv", "history.parquet", "time_off.csv"]
    assert (tables["agents.csv"][0]["name"], tables["agents.csv"][0]["email"]) == (FULL_NAME, MAIL)
    assert tables["time_off.csv"][0]["kind"] == "sick"
    assert [shift["plan_id"] for shift in told["plan_shifts"]] == [plan_id, plan_id]
    assert {shift["agent"] for shift in told["published_shifts"]} == {ZOE}
    assert [kept["id"] for kept in told["users"]] == [user.id]
    assert [kept["id"] for kept in told["feeds"]] == [feed.id]
    assert [kept["document"] for kept in told["directory"]] == [{"nick": "Z"}]
    assert {entry["action"] for entry in told["audit"]} == {"user.add", "feed.add", "person.add"}
    assert secret not in str(told)
    with pytest.raises(NotFound):
        export_person(store, "nobody")


@pytest.mark.slow
def test_nothing_tells_who_it_was_and_the_work_stays(store: Store, plan_id: str) -> None:
    user = add_user(store, name=LOGIN, role=Role.AGENT, agent=ZOE)
    set_password(store, user.id, PASSWORD)
    _, session = issue_token(store, TokenKind.SESSION, user_id=user.id)
    _, feed = issue_token(store, TokenKind.FEED, name=f"feed of {ZOE}", agent=ZOE)
    state = PersonState(user_name=MAIL, external_id="77", agent=ZOE, active=True, document={"mail": MAIL})
    add_person(store, state)
    position = pull_shifts(store, None, limit=9).position
    before = plan_table(store, plan_id, "timeline").drop_columns("agent")

    other = erase_person(store, ZOE)

    for table, text in texts(store):
        for name in (f"{ZOE}'", f'{ZOE}"', ZOE, LOGIN, FULL_NAME, MAIL):
            assert name not in text.replace(f"{ZOE}x", ""), (table, text)
    pulled = pull_shifts(store, position, limit=9).rows
    assert [(row.agent, row.revision, row.cancelled) for row in pulled] == [(other, 2, False)] * 2
    changes = list_changes(store, limit=99)
    assert [change.action for change in changes] == ["added"] * 3 + ["changed"] * 2
    assert {change.agent for change in changes} == {other, 'bea, the "second"'}
    assert plan_table(store, plan_id, "timeline").drop_columns("agent") == before
    assert find_token(store, session, [TokenKind.SESSION]) is None
    assert find_token(store, feed, [TokenKind.FEED]) is None
    assert check_password(store, LOGIN, PASSWORD) is None
    assert get_user(store, user.id).disabled is not None
    (entry,) = list_audit(store, limit=1)
    assert (entry.action, entry.resource, entry.before) == ("person.erase", f"agents/{other}", None)
    assert export_person(store, other)["published_shifts"] != []
    with pytest.raises(NotFound):
        erase_person(store, ZOE)


@pytest.mark.slow
@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_workspace_reads_as_before(store: Store, tmp_path: Path) -> None:
    source = packed(tmp_path / "source")
    workspace = add_workspace(store, name="support", summary={}, content=source)
    other = erase_person(store, ZOE)
    read = []
    for name, content in (("before", source), ("after", workspace_content(store, workspace.id))):
        (tmp_path / f"{name}.zip").write_bytes(content)
        read.append(read_workspace(tmp_path / f"{name}.zip"))
    assert set(read[1].agents) == {other, "bob"}
    assert [off.agent for off in read[1].time_off] == [other]
    assert read[1].contracts == read[0].contracts
    assert len(read[1].worked) == len(read[0].worked) == 2


@pytest.mark.slow
@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_edits_forget_them_too(store: Store, tmp_path: Path) -> None:
    add_workspace(store, name="support", summary={}, content=packed(tmp_path / "source"))
    away = {"agent": ZOE, "start": "2026-05-01", "end": "2026-05-02", "kind": "", "paid": ""}
    PeopleTable(store, "support", "time_off").add(away)
    assert [kept["version"] for kept in export_person(store, ZOE)["workspaces"]] == [1, 2]
    other = erase_person(store, ZOE)
    edited = unpack(workspace_content(store, newest_workspace(store).id))
    assert edited["time_off.csv"].count(other.encode()) == 2
    assert not any(ZOE in text for _, text in texts(store))


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_run_at_work_would_bring_the_name_back(store: Store, plan_id: str) -> None:
    assert plan_id
    workspace = add_workspace(store, name="other", summary={}, content=b"zip").id
    run = create_run(store, workspace_id=workspace, options={})
    with pytest.raises(Conflict, match="a run is at work"):
        erase_person(store, ZOE)
    ask_to_stop(store, run.id)
    assert erase_person(store, ZOE).startswith("former-")


@pytest.mark.slow
@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("agent", ["cost", "optimal", "agent", "rest", "data", "plan.published", "support"])
def test_whoever_is_called_as_a_field_or_a_value_damages_nothing(store: Store, agent: str) -> None:
    """But for sentences, which may speak of them by name."""
    report = {
        "status": "optimal",
        "cost": {"EUR": 1.0},
        "check": {
            "details": [{"rule": "rest", "agent": agent, "message": f"agent {agent}: too short a rest"}]
        },
        "fairness": {"agents": [{"agent": agent, "nights": 1}, {"agent": "bob", "nights": 0}]},
        "changes": {"shifts": [{"agent": agent, "change": "cost", "reason": f"{agent} is away"}]},
    }
    add_webhook(store, url="https://hooks.example/", events=list(EventType))
    workspace = add_workspace(store, name="support", summary={}, content=b"zip").id
    create_run(store, workspace_id=workspace, options={})
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    plan = replace(
        finished_plan(),
        report=report,
        shifts=[dict(shift) | {"agent": agent} for shift in finished_plan().shifts],
    )
    plan_id = save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=plan, run_status=RunStatus.DONE)
    publish_plan(store, plan_id)
    with store.reading() as session:
        messages = {row.id: orjson.loads(row.body) for row in session.scalars(select(MessageRow))}

    other = erase_person(store, agent)

    erased = plan_report(store, plan_id)
    assert erased == {
        **report,
        "check": {
            "details": [{"rule": "rest", "agent": other, "message": erased["check"]["details"][0]["message"]}]
        },
        "fairness": {"agents": [{"agent": other, "nights": 1}, {"agent": "bob", "nights": 0}]},
        "changes": {"shifts": [{"agent": other, "change": "cost", "reason": f"{other} is away"}]},
    }
    assert f" {other}: too short" in erased["check"]["details"][0]["message"]
    with store.reading() as session:
        for row in session.scalars(select(MessageRow)):
            body, before = orjson.loads(row.body), messages[row.id]
            assert (body["type"], body.keys(), body["data"].keys()) == (
                before["type"],
                before.keys(),
                before["data"].keys(),
            )
            assert all(change["agent"] == other for change in body["data"].get("changes", ()))
    published = [entry for entry in list_audit(store, limit=99) if entry.action == "plan.publish"]
    assert [entry.resource for entry in published] == [f"plans/{plan_id}"]
