"""The search counts as the checker does, and never gives up a lawful rota."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.checking.tasks import score_tasks
from scheduler.rostering.tasks import search as search_module
from scheduler.rostering.tasks.search import Search
from scheduler.tasks import TaskPerson, TaskProblem


@pytest.mark.parametrize("seed", range(2))
def test_counts_as_the_checker_does(seed: int) -> None:
    random = np.random.default_rng(seed)
    least = random.integers(0, 3, (2 * 96, 2)) * (random.random((2 * 96, 2)) < 0.3)
    people = tuple(TaskPerson(name, 360, 1200) for name in "abcdef")
    problem = TaskProblem(
        360, 360 + 2 * 1440, ("1", "2"), people, least, least + random.integers(0, 2, least.shape)
    )
    search = Search(problem, random)
    assert all(search.begin(person) for person in range(len(people)))
    for _ in range(40):
        before = search.merit
        assert 2 <= search.again() <= 5
        assert search.merit <= before
        score = score_tasks(problem, search.rota)
        assert (search.cost, search.missing) == (score.cost, score.missing)
        assert [words for words in score.violations if "below the least" not in words] == []


def test_a_lawful_rota_is_not_given_up_for_a_cheaper_one(monkeypatch: pytest.MonkeyPatch) -> None:
    least = np.zeros((2 * 96, 1), dtype=np.int64)
    least[64], least[150] = 1, 1
    people = tuple(TaskPerson(name, 360, 360) for name in "abcd")
    problem = TaskProblem(360, 360 + 2 * 1440, ("1",), people, least, 4 * (np.arange(192) % 96 < 48)[:, None])
    search = Search(problem, np.random.default_rng(0))
    assert all(search.begin(person) for person in range(len(people)))
    assert search.missing == 0
    monkeypatch.setattr(search_module, "MISSING", 0.0)
    for _ in range(20):
        search.again()
        assert search.missing == 0
