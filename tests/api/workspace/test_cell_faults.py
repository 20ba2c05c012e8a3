# ruff: noqa: E501 - a table of cases reads best with one case a line
"""One broken cell or row each: the fault names file, row, column, value and rule, and is the only one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.api.workspace.loading import change, extra, faults_of
from tests.workspaces import PLAN

MEETING: dict[str, str] = {
    "agent": "ann",
    "start": "2026-03-02T09:00:00Z",
    "end": "2026-03-02T10:00:00Z",
    "activity": "meeting",
}
ACTIVITY: dict[str, Any] = {
    "name": "training",
    "minutes": 60,
    "site": "london",
    "window_start": "2026-03-02T08:00:00Z",
    "window_end": "2026-03-06T18:00:00Z",
}
NEED = {"interval_start": "2026-03-02T08:00:00Z", "region": "gb", "language": "en", "channel": "phone"}
TICKET = {"created_at": "2026-01-05T09:12:00Z", "region": "gb", "language": "en", "channel": "phone"}
PRESENCE = {"site": "london", "from": "08:00", "to": "20:00", "min": 1}


DAY: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-03", "factor": 2, "reason": "sale"}
HOURS: dict[str, Any] = {
    "start": "2026-03-02T08:00:00Z",
    "end": "2026-03-02T12:00:00Z",
    "contacts": 90,
    "reason": "sale",
}


class Case(NamedTuple):
    """What is written, and where and how it is refused."""

    tables: dict[str, Any]
    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: str


# fmt: off
CASES = [
    # regions
    Case(change("regions", 2, time_zone="Mars/Base"), "regions", 2, "time_zone", "Mars/Base", "IANA"),
    Case(change("regions", 2, country="UK"), "regions", 2, "country", "UK", "ISO 3166-1"),
    Case(change("regions", 2, country="gb"), "regions", 2, "country", "gb", "capital"),
    Case(change("regions", 2, subdivision="DE-BY"), "regions", 2, "subdivision", "DE-BY", "lie in country GB"),
    Case(change("regions", 2, country="", subdivision="BY"), "regions", 2, "subdivision", "BY", "needs a country"),
    Case(extra("regions", region="gb;ie", time_zone="UTC"), "regions", 3, "region", "gb;ie", "without ;"),
    # queues
    Case(extra("queues", region="gb", language="english", channel="phone"), "queues", 4, "language", "english", "BCP 47"),
    Case(change("queues", 2, service_level="80"), "queues", 2, "service_level", "80", "in (0, 1]"),
    Case(change("queues", 2, service_level="0,8"), "queues", 2, "service_level", "0,8", "follow a point"),
    Case(change("queues", 3, deflection=1), "queues", 3, "deflection", "1", "in [0, 1)"),
    Case(change("queues", 2, max_occupancy=0), "queues", 2, "max_occupancy", "0", "in (0, 1]"),
    Case(change("queues", 2, patience_seconds=-5), "queues", 2, "patience_seconds", "-5", "in (0, 86,400]"),
    Case(change("queues", 2, patience_seconds=0), "queues", 2, "patience_seconds", "0", "in (0, 86,400]"),
    Case(change("queues", 2, aht_seconds="nan"), "queues", 2, "aht_seconds", "nan", "number"),
    Case(change("queues", 2, concurrency="1.5"), "queues", 2, "concurrency", "1.5", "whole number"),
    Case(change("queues", 2, hours="mon-fri 8-18"), "queues", 2, "hours", "mon-fri 8-18", "not a time of day"),
    Case(change("queues", 2, translation="de"), "queues", 2, "translation", "de", "'de' has no speed"),
    Case(change("queues", 2, kind="instant"), "queues", 2, "kind", "instant", "live or deferred"),
    Case(change("queues", 2, priority="1e999"), "queues", 2, "priority", "1e999", "in [0, 1,000,000]"),
    Case(extra("queues", region="gb", language="en", channel="fax"), "queues", 4, "kind", "", "kind is required for a channel of your own"),
    Case(extra("queues", region="gb", language="EN", channel="phone"), "queues", 4, None, "gb EN phone", "region, language, channel must occur once; row 2 has the same"),
    Case(extra("queues", region="ie", language="en", channel="phone"), "queues", 4, "region", "ie", "a region of regions.csv"),
    # events
    Case({"events": [{"start": "2026-03-01", "end": "2026-03-01", "factor": 2}]}, "events", 2, "end", "2026-03-01", "after start"),
    Case({"events": [{"start": "2026-03-01", "end": "2026-03-02T00:00:00Z", "factor": 2}]}, "events", 2, "end", "2026-03-02T00:00:00Z", "a date if start is one"),
    Case({"events": [{"start": "2026-03-01", "end": "2026-03-02", "factor": 2, "channel": "fone"}]}, "events", 2, "channel", "fone", "did you mean 'phone'?"),
    # overrides
    Case({"overrides": [DAY | {"reason": ""}]}, "overrides", 2, "reason", "", "reason is required"),
    Case({"overrides": [DAY | {"factor": -1}]}, "overrides", 2, "factor", "-1", "in [0, 1,000]"),
    Case({"overrides": [HOURS | {"contacts": -5}]}, "overrides", 2, "contacts", "-5", "in [0, 1,000,000,000]"),
    Case({"overrides": [DAY | {"factor": ""}]}, "overrides", 2, "factor", "", "either factor or contacts is required"),
    Case({"overrides": [DAY | {"contacts": 3}]}, "overrides", 2, "contacts", "3", "either factor or contacts may be given"),
    Case({"overrides": [DAY | {"end": "2026-03-02"}]}, "overrides", 2, "end", "2026-03-02", "after start"),
    Case({"overrides": [HOURS | {"end": "2026-03-02T12:10:00Z"}]}, "overrides", 2, "end", "2026-03-02T12:10:00Z", "whole 30 minutes of UTC, the plan's interval"),
    Case({"overrides": [DAY | {"region": "ie"}]}, "overrides", 2, "region", "ie", "a region of regions.csv"),
    Case({"overrides": [DAY | {"channel": "fone"}]}, "overrides", 2, "channel", "fone", "did you mean 'phone'?"),
    Case({**extra("regions", region="ie", time_zone="Europe/Dublin"), "overrides": [DAY | {"region": "ie", "channel": "phone"}]}, "overrides", 2, "channel", "phone", "must together match a queue of queues.csv"),
    Case({"overrides": [DAY, HOURS | {"channel": "phone"}]}, "overrides", 3, "start", "2026-03-02T08:00:00Z", "must not overlap; row 2 touches gb/en/phone at the same time"),
    # sites
    Case(change("sites", 2, currency="ERU"), "sites", 2, "currency", "ERU", "ISO 4217"),
    Case(change("sites", 2, shrinkage="1.2"), "sites", 2, "shrinkage", "1.2", "in [0, 1)"),
    # contracts
    Case(change("contracts", 2, shifts="day;nihgt"), "contracts", 2, "shifts", "day;nihgt", "'nihgt'"),
    Case(change("contracts", 2, shifts="day;day"), "contracts", 2, "shifts", "day;day", "twice"),
    Case(change("contracts", 3, min_week_minutes=1300), "contracts", 3, "min_week_minutes", "1300", "1,200"),
    Case(change("contracts", 2, min_days_running=4, max_days_running=3), "contracts", 2, "min_days_running", "4", "at most max_days_running, 3"),
    Case(change("contracts", 2, forbidden_next="day-day"), "contracts", 2, "forbidden_next", "day-day", "no >"),
    Case(change("contracts", 2, forbidden_next="night>day"), "contracts", 2, "forbidden_next", "night>day", "night"),
    Case(extra("contracts", contract="full", max_week_minutes=1, shifts="day"), "contracts", 4, "contract", "full", "once"),
    # shifts
    Case(change("shifts", 2, min_minutes=483), "shifts", 2, "min_minutes", "483", "steps of 5"),
    Case(change("shifts", 2, min_minutes=600), "shifts", 2, "min_minutes", "600", "at most max_minutes, 540"),
    Case(change("shifts", 2, earliest_start="08:03"), "shifts", 2, "earliest_start", "08:03", "whole 5 minutes"),
    Case(change("shifts", 2, earliest_start="8am"), "shifts", 2, "earliest_start", "8am", "HH:MM"),
    Case(change("shifts", 2, earliest_start="24:00"), "shifts", 2, "earliest_start", "24:00", "before 24:00"),
    Case(change("shifts", 2, breaks="unpaid 30 after 300 before 310"), "shifts", 2, "breaks", "unpaid 30 after 300 before 310", "does not fit"),
    Case(change("shifts", 2, weekdays="mon-fry"), "shifts", 2, "weekdays", "mon-fry", "weekday"),
    # agents
    Case(change("agents", 3, site="lodnon"), "agents", 3, "site", "lodnon", "did you mean 'london'?"),
    Case(change("agents", 3, contract="none"), "agents", 3, "contract", "none", "a contract of contracts.csv"),
    Case(change("agents", 3, skills="en"), "agents", 3, "skills", "en", "no channel"),
    Case(change("agents", 3, skills="en:phone@0"), "agents", 3, "skills", "en:phone@0", "speed"),
    Case(change("agents", 3, skills="en:phone;EN:phone"), "agents", 3, "skills", "en:phone;EN:phone", "twice"),
    Case(change("agents", 3, skills=""), "agents", 3, "skills", "", "required"),
    Case(change("agents", 3, regions="gb;fr"), "agents", 3, "regions", "gb;fr", "'fr'"),
    Case(change("agents", 3, email="bob"), "agents", 3, "email", "bob", "e-mail"),
    Case(change("agents", 3, **{"from": "2026-05-01", "until": "2026-04-01"}), "agents", 3, "until", "2026-04-01", "not be before from"),
    Case(change("agents", 3, agent="ann"), "agents", 3, "agent", "ann", "row 2 has the same"),
    # people's days
    Case({"availability": [{"agent": "dee", "weekday": "mon", "from": "08:00", "to": "12:00"}]}, "availability", 2, "agent", "dee", "an agent of agents.csv"),
    Case({"availability": [{"agent": "ann", "weekday": "mon", "date": "2026-03-02", "from": "08:00", "to": "12:00"}]}, "availability", 2, "date", "2026-03-02", "exactly one"),
    Case({"time_off": [{"agent": "ann", "start": "2026-03-05", "end": "2026-03-04"}]}, "time_off", 2, "end", "2026-03-04", "after start"),
    Case({"time_off": [{"agent": "ann", "start": "2026-02-30", "end": "2026-03-04"}]}, "time_off", 2, "start", "2026-02-30", "day is out of range"),
    Case({"time_off": [{"agent": "ann", "start": "2026-03-04", "end": "2026-03-05", "paid": "yes"}]}, "time_off", 2, "paid", "yes", "true or false"),
    Case({"wishes": [{"agent": "ann", "date": "2026-03-04", "wish": "shift night"}]}, "wishes", 2, "wish", "shift night", "'night'"),
    Case({"wishes": [{"agent": "ann", "date": "2026-03-04", "wish": "holiday"}]}, "wishes", 2, "wish", "holiday", "day_off, work, shift NAME"),
    Case({"wishes": [{"agent": "ann", "wish": "work"}]}, "wishes", 2, "date", "", "exactly one of weekday and date"),
    Case({"fixed": [{**MEETING, "end": MEETING["start"]}]}, "fixed", 2, "end", MEETING["start"], "after start"),
    Case({"fixed": [{**MEETING, "start": "2026-03-02T09:01:00Z"}]}, "fixed", 2, "start", "2026-03-02T09:01:00Z", "5 minutes"),
    Case({"fixed": [{**MEETING, "start": "2026-03-02T09:00:00"}]}, "fixed", 2, "start", "2026-03-02T09:00:00", "instant with offset"),
    Case({"fixed": [{**MEETING, "breaks": "2026-03-02T09:30:00Z/2026-03-02T10:30:00Z/paid"}]}, "fixed", 2, "breaks", "2026-03-02T09:30:00Z/2026-03-02T10:30:00Z/paid", "inside"),
    Case({"fixed": [{**MEETING, "paid_minutes": 61}]}, "fixed", 2, "paid_minutes", "61", "at most"),
    Case({"fixed": [MEETING, {**MEETING, "activity": "training", "start": "2026-03-02T09:55:00Z", "end": "2026-03-02T11:00:00Z"}]}, "fixed", 3, "start", "2026-03-02T09:55:00Z", "row 2 lasts until 2026-03-02T10:00Z"),
    Case({"fixed": [MEETING, {**MEETING, "activity": "shift", "start": "2026-03-02T09:30:00Z", "end": "2026-03-02T17:00:00Z"}]}, "fixed", 3, "start", "2026-03-02T09:30:00Z", "must not overlap"),
    Case({"fixed": [MEETING, {**MEETING, "activity": "shift", "start": "2026-03-02T08:00:00Z", "end": "2026-03-02T09:30:00Z"}]}, "fixed", 2, "start", "2026-03-02T09:00:00Z", "row 3 lasts"),
    Case({"fixed": [{**MEETING, "activity": "shift"}, {**MEETING, "activity": "shift", "start": "2026-03-02T09:30:00Z"}]}, "fixed", 3, "start", "2026-03-02T09:30:00Z", "must not overlap"),
    Case({"fixed": [{**MEETING, "shift": "day"}]}, "fixed", 2, "shift", "day", "activity is shift"),
    Case({"history": [{"agent": "ann", "date": "2026-03-02"}]}, "history", 2, "date", "2026-03-02", "before the plan's start, 2026-03-02"),
    Case({"history": [{"agent": "ann", "date": "2026-02-20", "end": "2026-02-23T08:00:00Z"}]}, "history", 2, "end", "2026-02-23T08:00:00Z", "began on date"),
    # across agents
    Case({"activities": [{**ACTIVITY, "skill": "en:phone"}]}, "activities", 2, "agents", "", "exactly one of agents, site"),
    Case({"activities": [{**ACTIVITY, "window_end": ACTIVITY["window_start"]}]}, "activities", 2, "window_end", ACTIVITY["window_start"], "room"),
    Case({"presence": [{**PRESENCE, "min": ""}]}, "presence", 2, "min", "", "min or max"),
    Case({"presence": [{**PRESENCE, "min": 3, "max": 2}]}, "presence", 2, "min", "3", "at most max, 2"),
    Case({"presence": [{**PRESENCE, "site": "", "skill": "en:phone"}]}, "presence", 2, "zone", "", "clock"),
    Case({"rules": [{"pack": "own", "rule": "r", "value": "1", "from": "2026-02-01", "until": "2026-01-01"}]}, "rules", 2, "until", "2026-01-01", "before from"),
    Case({"rules": [{"pack": "own", "rule": "min_rest", "value": "660"}]}, "rules", 2, "rule", "min_rest", "did you mean 'min_rest_minutes'?"),
    Case({"rules": [{"pack": "own", "rule": "min_rest_minutes", "value": "11 h"}]}, "rules", 2, "value", "11 h", "whole number from 0 to 10,080"),
    Case({"rules": [{"pack": "own", "rule": "notice_days", "value": "7"}, {"pack": "own", "rule": "extends", "value": "EEC"}]}, "rules", 3, "value", "EEC", "one of BR, DE, EU"),
    Case({"rules": [{"pack": "own", "rule": "notice_days", "value": "7"}, {"pack": "own", "rule": "notice_days", "value": "8", "from": "2026-01-01"}]}, "rules", 3, "from", "2026-01-01", "another notice_days"),
    Case(change("sites", 2, rules="uk"), "sites", 2, "rules", "uk", "IN-DL, JP, KR, LV, PH, PL, PT, UK, US-CA, none"),
    # contacts, tickets, requirement
    Case(change("contacts", 4, contacts=-1), "contacts", 4, "contacts", "-1", "in [0, 1,000,000,000]"),
    Case(change("contacts", 5, contacts=""), "contacts", 5, "contacts", "", "required"),
    Case(change("contacts", 6, channel="fax"), "contacts", 6, "channel", "gb/en/fax", "row of queues.csv"),
    Case(change("contacts", 7, interval_start="2026-01-05T02:07:00Z"), "contacts", 7, "interval_start", "2026-01-05T02:07:00Z", "whole 60 minutes of UTC"),
    Case(change("contacts", 7, interval_start="2026-01-05T02:00:30Z"), "contacts", 7, "interval_start", "2026-01-05T02:00:30Z", "whole 60 minutes of UTC"),
    Case(change("contacts", 4, interval_start="2026-01-05T00:00:00Z"), "contacts", 4, None, "2026-01-05T00:00:00Z gb en phone", "row 2 has the same"),
    Case(change("contacts", 24, abandoned=500), "contacts", 24, "abandoned", "500", "at most contacts"),
    Case({"contacts": None, "tickets": [{**TICKET, "resolved_at": "2026-01-04T09:12:00Z"}]}, "tickets", 2, "resolved_at", "2026-01-04T09:12:00Z", "before created_at"),
    Case({"requirement": [{**NEED, "agents": 2, "interval_start": "2026-03-02T08:15:00Z"}]}, "requirement", 2, "interval_start", "2026-03-02T08:15:00Z", "the plan's interval"),
    Case({"requirement": [{**NEED, "agents": "-2"}]}, "requirement", 2, "agents", "-2", "in [0, 1,000,000]"),
    # plan.toml
    Case({"plan": PLAN.replace("14", "367")}, "plan.toml", None, "days", "367", "1 to 366"),
    Case({"plan": PLAN.replace("14", "true")}, "plan.toml", None, "days", "true", "whole number"),
    Case({'plan': PLAN.replace('14', '"14"')}, "plan.toml", None, "days", "14", "whole number"),
    Case({'plan': PLAN.replace('2026-03-02', '"2026-03-02"')}, "plan.toml", None, "start", "2026-03-02", "quotes"),
    Case({"plan": PLAN.replace("2026-03-02", "2026-03-02T00:00:00Z")}, "plan.toml", None, "start", "2026-03-02 00:00:00+00:00", "a date"),
    Case({"plan": PLAN.replace("30", "45")}, "plan.toml", None, "interval_minutes", "45", "15, 30 or 60"),
    Case({"plan": PLAN.replace("GBP", "EURO")}, "plan.toml", None, "currency", "EURO", "did you mean"),
    Case({"plan": PLAN + "horizon = 3\n"}, "plan.toml", None, "horizon", "3", "unknown setting"),
    Case({"plan": PLAN + "[wieghts]\n"}, "plan.toml", None, "wieghts", "{}", "did you mean 'weights'?"),
    Case({"plan": PLAN + "[weights]\nwishes = 1\n"}, "plan.toml", None, "weights.wishes", "1", "did you mean 'wish'?"),
    Case({"plan": PLAN + "[weights]\nwish = -1\n"}, "plan.toml", None, "weights.wish", "-1", "in [0, 1,000,000]"),
    Case({"plan": PLAN + "[rates]\nUSD = 0\n"}, "plan.toml", None, "rates.USD", "0", "in (0, "),
    Case({"plan": PLAN + "[rates]\nUSX = 1.0\n"}, "plan.toml", None, "rates.USX", "1.0", "unknown setting"),
    Case({"plan": "solver = 3\n" + PLAN}, "plan.toml", None, "solver", "3", "a table, [solver]"),
    Case({"plan": PLAN + "[solver]\nworkers = 0\n"}, "plan.toml", None, "solver.workers", "0", "1 to 1,024"),
    Case({"plan": PLAN.replace("days = 14\n", "")}, "plan.toml", None, "days", None, "days is required"),
    Case({"plan": "start = "}, "plan.toml", None, None, None, "valid TOML"),
]
# fmt: on


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.file}-{case.column or 'key'}-{number}" for number, case in enumerate(CASES)]
)
def test_one_fault_says_where_and_what(tmp_path: Path, case: Case) -> None:
    (fault,) = faults_of(tmp_path, case.tables)
    assert fault.file == (case.file if "." in case.file else f"{case.file}.csv")
    assert (fault.row, fault.column, fault.value) == (case.row, case.column, case.value)
    assert case.rule in fault.rule


def test_a_fault_reads_like_a_sentence(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, change("sites", 2, shrinkage="1.2"))
    assert str(fault) == "shrinkage must be a number in [0, 1), got 1.2 (sites.csv row 2 column shrinkage)"
