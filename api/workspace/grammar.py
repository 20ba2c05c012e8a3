"""Cells with a grammar of their own: skills, translation, wishes, pairs of shifts, dated breaks."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from api.workspace.cells import INSTANT, LANGUAGE, NAME, CellParser, number
from forecasting.hours import minute_of_day
from forecasting.queues import Translation
from scheduler.agents import ANY_CHANNEL, Skill, WishKind

__all__ = [
    "DATED_BREAKS",
    "FORBIDDEN_NEXT",
    "SKILL",
    "SKILLS",
    "TRANSLATIONS",
    "WISH",
    "DatedBreak",
    "WishText",
]

_SPEED = number(0, 10, above=True)


class WishText(NamedTuple):
    """A wish as written: its kind and what it names."""

    kind: WishKind
    shift: str | None = None
    minute: int | None = None


DatedBreak = tuple[datetime, datetime, bool]
"""Start, end, and whether the break is paid."""


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in text.split(";") if piece.strip()]


def _read_speed(text: str, piece: str) -> float:
    try:
        return _SPEED.read(text.strip())
    except ValueError:
        raise ValueError(f"the speed in {piece!r} must be {_SPEED.rule}") from None


def _read_part(parser: CellParser[str], text: str, piece: str) -> str:
    try:
        return parser.read(text.strip())
    except ValueError:
        raise ValueError(f"{text.strip()!r} in {piece!r} must be {parser.rule}") from None


def read_skill(text: str) -> Skill:
    """Read ``en:chat@0.8`` or ``lv:*``."""
    queue, at, speed = text.partition("@")
    language, colon, channel = queue.partition(":")
    if not colon:
        raise ValueError(f"{text!r} has no channel")
    channel = channel.strip()
    if channel != ANY_CHANNEL:
        channel = _read_part(NAME, channel, text)
    tag = _read_part(LANGUAGE, language, text)
    return Skill(tag, channel, _read_speed(speed, text) if at else 1.0)


def _read_skills(text: str) -> tuple[Skill, ...]:
    skills = tuple(read_skill(piece) for piece in _pieces(text))
    seen: set[tuple[str, str]] = set()
    for skill in skills:
        if (skill.language, skill.channel) in seen:
            raise ValueError(f"{skill.language}:{skill.channel} is named twice")
        seen.add((skill.language, skill.channel))
    if not skills:
        raise ValueError
    return skills


def _read_translations(text: str) -> tuple[Translation, ...]:
    translations = []
    for piece in _pieces(text):
        language, at, speed = piece.partition("@")
        if not at:
            raise ValueError(f"{piece!r} has no speed")
        translations.append(Translation(_read_part(LANGUAGE, language, piece), _read_speed(speed, piece)))
    if len({translation.language for translation in translations}) < len(translations):
        raise ValueError("a language is named twice")
    return tuple(translations)


def _read_wish(text: str) -> WishText:
    kind_text, _, rest = text.partition(" ")
    kind, rest = WishKind(kind_text.lower()), rest.strip()
    if kind is WishKind.SHIFT:
        return WishText(kind, shift=_read_part(NAME, rest, text))
    if kind in (WishKind.START_BEFORE, WishKind.START_AFTER):
        return WishText(kind, minute=minute_of_day(rest))
    if rest:
        raise ValueError(f"nothing follows {kind}")
    return WishText(kind)


def _read_forbidden_next(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for piece in _pieces(text):
        first, sign, then = piece.partition(">")
        if not sign:
            raise ValueError(f"{piece!r} has no >")
        pairs.append((_read_part(NAME, first, piece), _read_part(NAME, then, piece)))
    return tuple(pairs)


def _read_dated_breaks(text: str) -> tuple[DatedBreak, ...]:
    breaks = []
    for piece in _pieces(text):
        parts = [part.strip() for part in piece.split("/")]
        if len(parts) != 3 or parts[2].lower() not in ("paid", "unpaid"):
            raise ValueError(f"{piece!r} is not start/end/paid or start/end/unpaid")
        start, end = (INSTANT.read(part) for part in parts[:2])
        if end <= start:
            raise ValueError(f"{piece!r} ends before it starts")
        breaks.append((start, end, parts[2].lower() == "paid"))
    return tuple(sorted(breaks))


SKILL = CellParser("a skill like lv:phone or lv:*", read_skill, "skill")
SKILLS = CellParser("skills like lv:phone;en:chat@0.8;ru:*", _read_skills, "skill")
TRANSLATIONS = CellParser("languages with their speeds like en@0.6;es@0.5", _read_translations, "translation")
WISH = CellParser(
    "day_off, work, shift NAME, start_before HH:MM or start_after HH:MM", _read_wish, "unknown_value"
)
FORBIDDEN_NEXT = CellParser("pairs of shifts like night>day;night>late", _read_forbidden_next, "pairs")
DATED_BREAKS = CellParser(
    "breaks like 2026-03-29T10:00:00Z/2026-03-29T10:30:00Z/unpaid", _read_dated_breaks, "breaks"
)
