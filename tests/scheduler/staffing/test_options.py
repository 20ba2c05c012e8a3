"""Effects on volume, switched by ``[staffing]`` of plan.toml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from api.workspace.needs import Need
from api.workspace.read import read_workspace
from forecasting.errors import InvalidInput
from forecasting.queues import QueueKey, Translation
from scheduler.options import PlanOptions, with_options
from scheduler.plan import forecast_contacts, staff_contacts
from scheduler.staffing.options import (
    Effect,
    Pooling,
    Repeats,
    StaffingOptions,
    simulation_assumptions,
)
from scheduler.workspace import Workspace
from tests.workspaces import write_workspace

PLAN = 'start = 2026-02-02\ndays = 2\ninterval_minutes = 60\ncurrency = "GBP"\n'
PHONE, MAIL = QueueKey("gb", "en", "phone"), QueueKey("gb", "en", "email")


def read(folder: Path, staffing: str = "", **tables: object) -> Workspace:
    tickets = [
        {
            "created_at": f"2026-01-{day:02}T{hour:02}:15:00Z",
            "region": "gb",
            "language": "en",
            "channel": channel,
            "handle_seconds": 300,
            "reopened": "" if channel == "phone" else str(hour % 4 == 0).lower(),
        }
        for day in range(5, 32)
        for hour in range(8, 16)
        for channel in ("phone", "email")
    ]
    queues = [
        {"region": "gb", "language": "en", "channel": "phone", "repeat_rate": 0.1, "patience_seconds": 60},
        {"region": "gb", "language": "en", "channel": "email", "repeat_rate": 0.1},
    ]
    write_workspace(
        folder, plan=f"{PLAN}[staffing]\n{staffing}\n", contacts=None, tickets=tickets, queues=queues
    )
    return read_workspace(folder, Need.STAFF)


def hours_of_work(workspace: Workspace, key: QueueKey) -> float:
    chosen = with_options(workspace, PlanOptions())
    requirement, _ = staff_contacts(chosen, forecast_contacts(chosen).forecast)
    return float(requirement.of(key)["load_erlangs"].sum())


def test_repeats_are_measured_only_where_asked_and_recorded(tmp_path: Path) -> None:
    stated = with_options(read(tmp_path / "stated"), PlanOptions())
    measured = with_options(read(tmp_path / "measured", 'repeats = "tickets"'), PlanOptions())
    assert [stated.queues[key].repeat_rate for key in (PHONE, MAIL)] == [0.1, 0.1]
    # Tickets of 08:15 and 12:15 of eight a day came back; of calls nothing is known.
    assert [measured.queues[key].repeat_rate for key in (PHONE, MAIL)] == [0.1, 0.25]
    assert measured.notes[-1:] == (
        "gb/en/email: 25.0% of contacts come back, as measured from reopened tickets.",
    )
    assert hours_of_work(measured, MAIL) == pytest.approx(hours_of_work(stated, MAIL) * 0.9 / 0.75)


def test_redials_are_staffed_and_simulated(tmp_path: Path) -> None:
    again = read(tmp_path / "again", "redial_rate = 0.8\nredial_after_minutes = 3")
    assumed = simulation_assumptions(again)
    assert (assumed.redial_rate, assumed.redial_delay_minutes) == (0.8, 3.0)
    assert hours_of_work(again, PHONE) > hours_of_work(read(tmp_path / "once"), PHONE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("effect", "key", "ratio"),
    [
        # Loads are contacts × (1 − deflection) / (1 − repeat_rate), redials apart.
        (Effect.DEFLECTION, MAIL, 1 / 0.8),
        (Effect.REPEATS, MAIL, 0.9),
        (Effect.REDIALS, MAIL, 1.0),
        (Effect.TRANSLATION, MAIL, 1.0),
    ],
)
def test_each_effect_can_be_left_out_in_a_what_if(
    tmp_path: Path, effect: Effect, key: QueueKey, ratio: float
) -> None:
    workspace = read(tmp_path / "all", "redial_rate = 0.8")
    translation = (Translation("de", 0.6),)
    queues = {
        each: replace(queue, deflection=0.2, translation=translation)
        for each, queue in workspace.queues.items()
    }
    workspace = replace(workspace, queues=queues)
    without = with_options(workspace, PlanOptions(without=(effect,)))
    with_all = with_options(workspace, PlanOptions())
    assert hours_of_work(without, key) == pytest.approx(ratio * hours_of_work(with_all, key))
    assert without.notes == (f"What if: as though there were no {effect}.",)
    redials = simulation_assumptions(without).redial_rate
    assert redials == (0.0 if effect is Effect.REDIALS else 0.8)
    assert (hours_of_work(without, PHONE) < hours_of_work(with_all, PHONE)) == (
        effect in (Effect.REDIALS, Effect.REPEATS)
    )
    assert without.queues[PHONE].translation == (() if effect is Effect.TRANSLATION else translation)
    # All but the one are as they were.
    kept = {"deflection", "repeat_rate", "translation"} - {
        {"repeats": "repeat_rate"}.get(effect, str(effect))
    }
    for name in kept:
        assert getattr(without.queues[MAIL], name) == getattr(with_all.queues[MAIL], name)


def test_a_what_if_without_repeats_forgets_measured_ones_too(tmp_path: Path) -> None:
    measured = read(tmp_path / "measured", 'repeats = "tickets"')
    without = with_options(measured, PlanOptions(without=(Effect.REPEATS,)))
    assert {queue.repeat_rate for queue in without.queues.values()} == {0.0}


def test_defaults() -> None:
    assert StaffingOptions.of({}) == StaffingOptions(Pooling.FORMULAS, Repeats.QUEUES, 0.0, 10.0)


@pytest.mark.parametrize(
    ("staffing", "words"),
    [
        ('pooling = "guess"', "formulas or simulate"),
        ("repeats = true", "queues or tickets"),
        ("redial_rate = 1", r"\[0, 1\)"),
        ("redial_after_minutes = -1", "redial_after_minutes must be"),
        ("redials = 0.1", "did you mean"),
    ],
)
def test_other_settings_are_refused(tmp_path: Path, staffing: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(tmp_path / "wrong", staffing)
