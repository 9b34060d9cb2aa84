"""The first part of report.html: what page 1 of the PDF says, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.reporting.language.stress_sentences import breaks, hardest, kept_line
from planner.reporting.layout.sheet import Column
from planner.reporting.outputs.people_by_shift import LABELS as SHIFT_LABELS
from planner.reporting.outputs.people_by_shift import people_by_day
from planner.reporting.pages.day_marks import closed_days
from planner.reporting.pages.decision import contracts_table, period_line
from planner.reporting.pages.headline import (
    four_figures,
    help_sentences,
    verdict_head,
    verdict_words,
    was_not_simulated,
)
from planner.reporting.pages.hiring_table import hiring_columns, hiring_rows
from planner.reporting.pages.infeasible import refusal_sentence
from planner.reporting.pages.manager_questions import manager_questions
from planner.reporting.pages.methods_table import (
    baseline_columns,
    baseline_rows,
    has_others,
    held_out,
    not_certified,
)
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records
from planner.reporting.webpage.both import Bilinguals, Both, same, words
from planner.reporting.webpage.page_tables import Cell, Head, PageTable, Row

MOST_RISKS = 3
MOST_STRESSES = 3
Printed = tuple[Sequence[Column], Sequence[Sequence[str]]]  # a table as the PDF sets it


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the plan is certified, and why."""

    certified: bool
    head: Both
    sentences: list[Both]


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its heading and a note."""

    head: Both
    figure: Both
    note: Both


def verdict(both: Bilinguals) -> Verdict:
    """The verdict in both languages, with what would help where it is no."""
    return Verdict(
        verdict_words(both.one.run, both.one.labels)[0],
        both.say(lambda c: verdict_head(c.run, c.labels)),
        both.sentences(_reasons),
    )


def _reasons(context: PageContext) -> list[str]:
    """Why the plan is certified or not, and what would help."""
    if context.run.explanation:
        return [refusal_sentence(context)]
    certified, sentences = verdict_words(context.run, context.labels)
    return sentences if certified else [*sentences, *help_sentences(context)]


def period(both: Bilinguals) -> Both:
    """The days that are planned, and the rule that counts."""
    return both.say(period_line)


def cards(both: Bilinguals) -> list[Card]:
    """Cost, service, busiest day and most people; none where there is no plan."""
    if both.one.run.explanation:
        return []
    pairs = zip(*(four_figures(context) for context in both.contexts), strict=True)
    return [Card(*(Both(a, b) for a, b in zip(en, zh, strict=True))) for en, zh in pairs]


def answers(both: Bilinguals) -> list[tuple[Both, Both]]:
    """What a warehouse manager asks first, with the answers."""
    pairs = zip(*(manager_questions(context) for context in both.contexts), strict=True)
    return [(Both(en[0], zh[0]), Both(en[1], zh[1])) for en, zh in pairs]


def risks(both: Bilinguals) -> list[tuple[Both, Both]]:
    """The largest risks: what, and in which words."""
    run = both.one.run
    if was_not_simulated(run) or not run.has("risks"):
        return []
    return [
        (
            # mypy infers no type of a lambda with a default
            both.say(lambda c, row=row: c.labels.name("risk", str(row["risk"]))),  # type: ignore[misc]
            Both(str(row["words"]), str(row["words_zh"] or row["words"])),
        )
        for row in records(run.table("risks").head(MOST_RISKS))
    ]


def stresses(both: Bilinguals) -> list[Both]:
    """The stresses that the plan keeps least."""
    return both.sentences(_hardest)


def _hardest(context: PageContext) -> list[str]:
    run = context.run
    if not run.has("stress"):
        return []
    rows = hardest(records(run.table("stress")))
    broken = [row for row in rows if breaks(row, float(run.run["service"]["confidence"]))]
    return [kept_line(context.labels, row) for row in (broken or rows)[:MOST_STRESSES]]


def hiring(both: Bilinguals) -> PageTable | None:
    """Whom to book, by when; None where nobody is."""
    return _printed(
        both, "hiring", words("web_hiring"), lambda c: (hiring_columns(c.labels), hiring_rows(c))
    )


def contracts(both: Bilinguals) -> PageTable | None:
    """Contracts to sign; None where there are none."""
    return _printed(both, "couriers", words("web_couriers"), contracts_table)


def methods(both: Bilinguals) -> PageTable | None:
    """The plan next to those of other methods; None where it stands alone."""
    if not has_others(both.one):
        return None
    return _printed(
        both,
        "methods",
        words("head_baselines"),
        lambda c: (baseline_columns(c.labels), baseline_rows(c)),
        note=both.say(held_out),
        hatched=not_certified(both.one),
    )


def _printed(
    both: Bilinguals,
    key: str,
    title: Both,
    make: Callable[[PageContext], Printed],
    *,
    note: Both | None = None,
    hatched: frozenset[int] = frozenset(),
) -> PageTable | None:
    """A table of the PDF as one of the page: the same cells; None without rows."""
    (columns, en), (columns_zh, zh) = (make(context) for context in both.contexts)
    heads = [
        Head(Both(a.title, b.title), a.align == "right")
        for a, b in zip(columns, columns_zh, strict=True)
    ]
    rows = [
        Row(
            [Cell(Both(a, b)) for a, b in zip(*pair, strict=True)],
            "off" if place in hatched else "",
        )
        for place, pair in enumerate(zip(en, zh, strict=True))
    ]
    if not rows:
        return None
    return PageTable(key, title, heads, rows, note=note, sortable=False)


def people(both: Bilinguals) -> PageTable | None:
    """People by day and shift, as it is printed and pinned up; None without staffing."""
    if not both.one.run.has("staffing"):
        return None
    en, zh = (people_by_day(context.run, context.labels) for context in both.contexts)
    heads = [
        Head(
            both.say(
                # mypy infers no type of a lambda with a default
                lambda c, column=column: (
                    c.labels(column)  # type: ignore[misc]
                    if isinstance(column, str)
                    else c.labels.day(column)
                )
            ),
            place >= len(SHIFT_LABELS),
        )
        for place, column in enumerate(en.columns)
    ]
    everyone, number = both.one.labels("all_people"), both.one.labels.number
    closed, closed_zh = (closed_days(context.run, context.labels) for context in both.contexts)
    off = {
        (site, day): Both(why, why_zh)
        for ((site, day), why), why_zh in zip(closed.items(), closed_zh.values(), strict=True)
    }
    both_rows = (table.itertuples(index=False, name=None) for table in (en, zh))
    rows = [
        Row(
            [
                Cell(
                    Both(a, b)
                    if isinstance(a, str)
                    else same(number(a))
                    if a
                    else off.get((pair[0][0], column), same(""))
                )
                for a, b, column in zip(*pair, en.columns, strict=True)
            ],
            "sum" if pair[0][len(SHIFT_LABELS) - 1] == everyone else "",
        )
        for pair in zip(*both_rows, strict=True)
    ]
    title = words("web_people")
    return PageTable("people", title, heads, rows, sortable=False, look="people days")
