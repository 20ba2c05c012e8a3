"""Who would help most: people to hire, and present agents to train in a further language.

Each candidate is tried in the rota as it stands: presence is worth what one more agent takes off the shortage
after the others have moved over among queues, the candidate's best tour is found under all rules, put in
and measured. Everybody else keeps their shifts, so that a rota built anew with the candidate in it, from this
one on, saves at least as much.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median

import numpy as np
import numpy.typing as npt

from scheduler.agents import ANY_CHANNEL, Agent, Skill
from scheduler.explaining.standing import Standing, Trial, presence_of, stand, with_kinds
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.answer import Answers
from scheduler.rostering.problem import Person
from scheduler.rostering.tour import OFF, Tour
from scheduler.rota import Rota
from scheduler.workspace import Workspace

Floats = npt.NDArray[np.float64]

__all__ = ["Hire", "Training", "find_help"]

MOST_LANGUAGES, MOST_PAIRED, MOST_PLACES, MOST_PAIRED_PLACES = 8, 4, 16, 6
LITTLE_MORE = 1.02
MOST_TRIED = 24
"""Of hires, and of trainings, those that promise most."""
NOTICEABLE_HOURS = 0.05


@dataclass(frozen=True)
class Hire:
    """One more agent.

    Parameters
    ----------
    languages
        Each on every channel.
    hours
        Agent-hours of shortage in the plan that the hire takes away.
    paid_hours, cost, currency
        Of the hire's tour in the plan, at the median hourly cost of the site's agents of the contract.
    worth
        What the objective falls by, the hire's own cost included.
    shifts
        How often each template is worked.
    channels
        ``hours`` by channel.
    """

    site: str
    contract: str
    languages: tuple[str, ...]
    hours: float
    paid_hours: float
    cost: float
    currency: str
    worth: float
    shifts: Mapping[str, int]
    channels: Mapping[str, float]


@dataclass(frozen=True)
class Training:
    """A present agent who learns a language, on every channel, and keeps all shifts."""

    agent: str
    site: str
    language: str
    hours: float
    worth: float
    channels: Mapping[str, float]


def find_help(
    workspace: Workspace, requirement: StaffingRequirement, rota: Rota, *, most: int
) -> tuple[list[Hire], list[Training]]:
    """Return the hires and the trainings that help most, best first, at most so many of each."""
    probes = _probes(workspace)
    plain = stand(workspace, requirement, rota, probes)
    people = plain.problem.people
    present, at_places = people[: len(workspace.agents)], people[len(workspace.agents) :]
    languages = _short_languages(plain)
    if not languages:
        return [], []
    wanted: list[tuple[str, ...]] = [(language,) for language in languages]
    wanted += combinations(languages[:MOST_PAIRED], 2)
    hires = [
        (person, replace(person.agent, skills=tuple(Skill(each, ANY_CHANNEL) for each in each_set)))
        for person in at_places
        for each_set in wanted
    ]
    trained = _likely_trainings(plain, present, at_places[0], languages) if at_places else []
    problem = with_kinds(replace(plain.problem, people=present), [*hires, *trained])
    tours = [plain.state.tour_of(number) for number in range(len(present))]
    standing = Standing(problem, tours)
    found = _price_hires(standing, at_places, len(present), len(hires))
    learnt = _price_trainings(standing, len(present) + len(hires), tours)
    return _best_contracts(found)[:most], learnt[:most]


def _probes(workspace: Workspace) -> list[Agent]:
    """Return an agent without skills for each pair of site and contract in use, the most frequent first."""
    agents = workspace.agents.values()
    places = Counter((agent.site, agent.contract) for agent in agents)
    probes = []
    for number, ((site, contract), _) in enumerate(places.most_common(MOST_PLACES)):
        paid = [agent.hourly_cost for agent in agents if (agent.site, agent.contract) == (site, contract)]
        # A name that no workspace can have.
        probes.append(Agent(f"hire;{number:03}", site, contract, (), hourly_cost=float(median(paid))))
    return probes


def _short_languages(standing: Standing) -> list[str]:
    """Return the languages of queues that are short, the shortest first."""
    hours: dict[str, float] = defaultdict(float)
    for key, short in zip(standing.problem.demand.queues, standing.short, strict=True):
        if short > NOTICEABLE_HOURS:
            hours[key.language] += short
    return sorted(hours, key=lambda language: -hours[language])[:MOST_LANGUAGES]


def _by_channel(standing: Standing, trial: Trial) -> dict[str, float]:
    hours: dict[str, float] = {}
    for key, saved in zip(standing.problem.demand.queues, trial.by_queue, strict=True):
        if abs(saved) > NOTICEABLE_HOURS:
            hours[key.channel] = hours.get(key.channel, 0.0) + saved
    return hours


def _price_hires(standing: Standing, at_places: Sequence[Person], first: int, count: int) -> list[Hire]:
    """Find everybody's best tour, and try those that promise most."""
    problem, state = standing.problem, standing.state
    answers = Answers(replace(problem, people=tuple(at_places)))
    place = {(person.site.name, person.agent.contract): at for at, person in enumerate(at_places)}
    values: dict[int, Floats] = {}
    promising: list[tuple[float, int, Tour]] = []

    def promise(number: int) -> float:
        person = problem.people[number]
        if person.kind not in values:
            values[person.kind] = state.values(person.kind, 0.0)
        value = values[person.kind]
        tour = answers.best(place[person.site.name, person.agent.contract], value)
        promised = float(presence_of(problem, tour) @ value) * problem.demand.hours - tour.cost
        promising.append((-promised, number, tour))
        return promised

    best: dict[int, float] = {}
    numbers = range(first, first + count)
    for number in numbers:
        person = problem.people[number]
        at = place[person.site.name, person.agent.contract]
        if len(person.agent.skills) == 1:
            best[at] = max(promise(number), best.get(at, 0.0))
    good = sorted(best, key=lambda at: -best[at])[:MOST_PAIRED_PLACES]
    for number in numbers:
        person = problem.people[number]
        if len(person.agent.skills) > 1 and place[person.site.name, person.agent.contract] in good:
            promise(number)
    promising.sort(key=lambda each: each[:2])
    hires = []
    for _, number, tour in promising[:MOST_TRIED]:
        trial = standing.try_tour(number, tour)
        if trial.hours > NOTICEABLE_HOURS:
            hires.append(_hire(standing, problem.people[number], tour, trial))
    return hires


def _hire(standing: Standing, person: Person, tour: Tour, trial: Trial) -> Hire:
    problem, settings = standing.problem, standing.problem.workspace.settings
    rows = person.options.rows[tour.chosen[tour.chosen != OFF]]
    paid = float(rows[:, 2].sum()) / 60
    names = Counter(problem.templates[template] for template in rows[:, 5].tolist())
    return Hire(
        person.site.name,
        person.agent.contract,
        tuple(skill.language for skill in person.agent.skills),
        trial.hours,
        paid,
        paid * person.agent.hourly_cost,
        person.site.currency or settings.currency,
        trial.worth - tour.cost,
        dict(names.most_common()),
        _by_channel(standing, trial),
    )


def _best_contracts(hires: Sequence[Hire]) -> list[Hire]:
    """Return the hires that save most, for each site and set of languages under one contract only.

    Two languages are named only where they save more than either alone.
    """
    ranked = sorted(hires, key=lambda hire: (-hire.worth, hire.site, hire.contract, hire.languages))
    kept: dict[tuple[str, tuple[str, ...]], Hire] = {}
    for hire in ranked:
        fewer = [
            each.worth
            for each in ranked
            if each.site == hire.site and set(each.languages) < set(hire.languages)
        ]
        if hire.worth > LITTLE_MORE * max(fewer, default=0.0):
            kept.setdefault((hire.site, hire.languages), hire)
    return list(kept.values())


def _likely_trainings(
    standing: Standing, present: Sequence[Person], probe: Person, languages: Sequence[str]
) -> list[tuple[Person, Agent]]:
    """Return the pairs of agent and language that promise most while everyone keeps their shifts.

    One unit of presence is worth the best queue within reach, so that a further language is worth what
    it exceeds the agent's others by.
    """
    problem = standing.problem
    alone = with_kinds(
        replace(problem, people=tuple(present)),
        [(probe, replace(probe.agent, skills=(Skill(each, ANY_CHANNEL),))) for each in languages],
    )
    tours = [standing.state.tour_of(number) for number in range(len(present))]
    state = Standing(alone, tours).state
    worth = [state.values(person.kind, 0.0) for person in alone.people[len(present) :]]
    own: dict[int, Floats] = {}
    likely = []
    for number, person in enumerate(alone.people[: len(present)]):
        if person.kind not in own:
            own[person.kind] = state.values(person.kind, 0.0)
        known = {skill.language for skill in person.agent.skills}
        presence = presence_of(problem, tours[number])
        for language, value in zip(languages, worth, strict=True):
            gain = float((presence * np.maximum(value - own[person.kind], 0.0)).sum())
            if language not in known and gain > 0:
                likely.append((gain, person, language))
    likely.sort(key=lambda each: (-each[0], each[1].agent.name, each[2]))
    return [
        (person, replace(person.agent, skills=(*person.agent.skills, Skill(language, ANY_CHANNEL))))
        for _, person, language in likely[:MOST_TRIED]
    ]


def _price_trainings(standing: Standing, first: int, tours: Sequence[Tour]) -> list[Training]:
    people = standing.problem.people
    number_of = {person.agent.name: number for number, person in enumerate(people[: len(tours)])}
    trainings = []
    for number in range(first, len(people)):
        agent = people[number].agent
        present = number_of[agent.name]
        trial = standing.try_tour(number, tours[present], instead_of=present)
        if trial.hours > NOTICEABLE_HOURS:
            trainings.append(
                Training(
                    agent.name,
                    agent.site,
                    agent.skills[-1].language,
                    trial.hours,
                    trial.worth,
                    _by_channel(standing, trial),
                )
            )
    return sorted(trainings, key=lambda each: (-each.worth, each.agent, each.language))
