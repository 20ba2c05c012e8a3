"""The page ``docs/labour-rules.md``, made from the vocabulary and the shipped packs.

``python -m scheduler.rules.page > docs/labour-rules.md`` writes it anew; a test holds the two together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scheduler.rules.shipped import STATUSES, Pack, shipped_packs, shipped_rows, split_source
from scheduler.rules.terms import TERMS
from scheduler.rules.vocabulary import VOCABULARY, Group, Rule
from scheduler.team import RuleRow

__all__ = ["labour_rules_page"]

_HEAD = """\
# Labour rules

**This is not legal advice.** The packs below are a starting point, written down by engineers. Most rows
rest on secondary sources or on nothing but general knowledge, and say so. Laws change, courts read them,
collective agreements and permits replace them. Have the rules of your sites checked by somebody who is
answerable for it, and put what they tell you in `rules.csv`.

A site names its pack in `sites.csv`, column `rules`; `none` (the default) leaves the contracts' own limits.
Where contract and pack both limit the same thing, the tighter of the two holds.

## Your own rules

`rules.csv` of a workspace has the columns `pack, rule, value, from, until, source`. A row overrides the
shipped pack's rule of that name while it is in force (`from` and `until` are inclusive; blank is always), the
value `none` takes the rule away, and a new name in `pack` makes a pack of your own. The shipped files in
`scheduler/rules/packs/` have the same columns and can be copied.

    pack,rule,value,from,until,source
    DE,sunday_ban,none,,,Permit of 12 May 2026 under ArbZG § 13 (3)
    chicago,min_rest_minutes,600,,,Chicago Fair Workweek Ordinance (right to decline)
    chicago,notice_days,14,,,Chicago Fair Workweek Ordinance
    lisbon-night,extends,PT,,,
    lisbon-night,unpaid_break_minutes,300:30,2026-01-01,,Collective agreement of 2025 clause 14
    lisbon-night,min_break_minutes,30,2026-01-01,,Collective agreement of 2025 clause 14

## Terms
"""


def labour_rules_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    for term, meaning in TERMS:
        yield f"- **{term}**: {meaning}"
    yield "\n## The vocabulary\n\nA pack may state these rules and no others."
    for group in Group:
        yield f"\n### {group}\n\n| rule | value | counts | what holds |\n| --- | --- | --- | --- |"
        yield from (_rule_line(rule) for rule in VOCABULARY.values() if rule.group is group)
    yield "\n## The packs\n\nEvery row says how far it was checked:\n"
    yield from (f"- *{status}*: {meaning}." for status, meaning in STATUSES.items())
    rows = shipped_rows()
    for pack in shipped_packs().values():
        yield from _pack_lines(pack, [row for row in rows if row.pack == pack.name])
    yield ""


def _rule_line(rule: Rule) -> str:
    return f"| `{rule.name}` | {rule.kind.rule} | {rule.unit} | {rule.definition} |"


def _pack_lines(pack: Pack, rows: list[RuleRow]) -> Iterator[str]:
    yield f"\n### {pack.name} — {pack.title}\n\n{pack.law}.\n"
    yield "| rule | value | from | until | source | checked |\n| --- | --- | --- | --- | --- | --- |"
    for row in rows:
        citation, status = split_source(row.source or "")
        first, last = row.first_date or "", row.last_date or ""
        yield f"| `{row.rule}` | {row.value} | {first} | {last} | {citation} | {status} |"
    yield "\nNot in the pack:\n"
    yield from (f"- {sentence}" for sentence in pack.left_out)


if __name__ == "__main__":
    sys.stdout.write(labour_rules_page())
