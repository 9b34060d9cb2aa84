"""Page 1: the decision."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet, line_height
from planner.reporting.layout.style import GREY, INK, PAPER, TINT
from planner.reporting.pages.headline import (
    four_figures,
    help_sentences,
    rule_words,
    rules_of,
    verdict_head,
    verdict_words,
    was_not_simulated,
)
from planner.reporting.pages.hiring_table import hiring_columns, hiring_rows
from planner.reporting.pages.manager_questions import Question, manager_questions
from planner.reporting.pages.methods_table import (
    baseline_columns,
    baseline_rows,
    has_others,
    held_out,
    not_certified,
)
from planner.reporting.pages.page_context import PageContext
from planner.reporting.pages.stress import stress_block
from planner.reporting.tables.run_folder import RunFolder, records

BOX_HEIGHT = 40.0
HEADS, EDGE = (29.0, 22.0, 16.0), 2.5  # points of the verdict; mm above and below its sentences
MISS_POINTS = 10.0
POINTS, SMALL = 9.8, 9.0  # of the tables on this page, and of sentences at least
COMPACT = (POINTS, 9.2, 8.6, 8.0)  # of the left column: the largest in which all of it fits
GUTTER = 9.0
HALF = (RIGHT - LEFT - GUTTER) / 2
LEFT_WIDTH = HALF + 7
RIGHT_X = LEFT + LEFT_WIDTH + GUTTER
RIGHT_WIDTH = RIGHT - RIGHT_X
QUESTION_WIDTH = 34.0  # mm of the questions left of their answers
ANSWER_LINES = 3
NOTE_HEIGHT = 4.0  # mm kept for a note below them
GAP = 5.0  # mm between the tables of the left column


def decision(context: PageContext) -> list[Sheet]:
    """Certified or not, the cost against other ways, the peak, whom to hire, what to sign, what can
    go wrong.

    Bookings without room are counted in `left_out`.
    """
    sheet, run, labels = context.sheet("decision"), context.run, context.labels
    top = sheet.title(run.title, period_line(context))
    verdict_box(sheet, top, run, labels)
    figure_boxes(sheet, top, four_figures(context))
    below = misses_band(sheet, top + BOX_HEIGHT, context) + 4
    questions = manager_questions(context)
    points = left_points(sheet, below, context, questions)
    left = baselines_block(sheet, below, context, points)
    right = hiring_block(sheet, below, context, (below + BOTTOM) / 2 + 6)
    until = BOTTOM - NOTE_HEIGHT - questions_height(sheet, questions, points)
    left = contracts_block(sheet, left + GAP if left > below else below, context, until, points)
    left = questions_block(sheet, left + 2, questions, points)
    right = stress_block(sheet, (RIGHT_X, right + 5), RIGHT_WIDTH, context)
    risks_block(sheet, right, context)
    sheet.free = min(left + 1, BOTTOM - NOTE_HEIGHT)
    if run.plan.get("reproducible") is False:
        sheet.free = sheet.text(
            (LEFT, sheet.free), labels("not_reproducible"), 8, width=LEFT_WIDTH, colour=GREY
        )
    return [sheet]


def alternatives_note(sheet: Sheet, context: PageContext, pages: Sequence[int]) -> None:
    """Name the pages whose costs are not those of the plan, below the contracts.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    context : PageContext
        The run, the language and the typeface.
    pages : sequence of int
        Numbers of the pages.
    """
    note = context.labels("alternatives_note", pages=context.labels.ranges(pages))
    sheet.text((LEFT, sheet.free), note, 8, width=LEFT_WIDTH, colour=GREY, most=2)


def period_line(context: PageContext) -> str:
    """The days that are planned, and the rule that counts."""
    labels = context.labels
    rule = context.run.run.get("platform") or {}
    if context.run.run.get("platforms"):
        rules = [
            labels(
                "platform_rule",
                platform=labels.name("platform", str(each["name"])),
                share=labels.percent(float(each["share"])),
                rule=labels("assumption_rule", **rule_words(context, each)),
            )
            for each in rules_of(context.run)
        ]
        dates = labels.dates(context.dates[0], context.dates[-1])
        return labels("decision_platforms", dates=dates, rules=labels("rule_mark").join(rules))
    return labels(
        "decision_period" if len(context.dates) > 1 else "decision_day",
        dates=labels.dates(context.dates[0], context.dates[-1]),
        days=len(context.dates),
        platform=labels.name("platform", str(rule.get("name") or "inline")),
        **rule_words(context),
    )


def verdict_box(sheet: Sheet, top: float, run: RunFolder, labels: Labels) -> None:
    """Draw the certificate in words: dark if certified, else framed and hatched.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    run : RunFolder
        The run.
    labels : Labels
        Language, currency and names.
    """
    certified, sentences = verdict_words(run, labels)
    if certified:
        sheet.box(LEFT, top, LEFT_WIDTH, BOX_HEIGHT, facecolor=INK)
    else:
        sheet.box(LEFT, top, LEFT_WIDTH, BOX_HEIGHT, facecolor=PAPER, edgecolor=INK, linewidth=2.2)
        sheet.box(
            LEFT, top, 6, BOX_HEIGHT, facecolor=PAPER, edgecolor=INK, hatch="////", linewidth=1.0
        )
    colour = PAPER if certified else INK
    x, width = LEFT + 10, LEFT_WIDTH - 14
    head, points, sentences = verdict_type(sheet, sentences, labels)
    y = sheet.text(
        (x, top + EDGE), verdict_head(run, labels), head, width=width, bold=True, colour=colour
    )
    for sentence in sentences:
        y = sheet.text((x, y + 1.0), sentence, points, width=width, colour=colour)


def verdict_type(
    sheet: Sheet, sentences: list[str], labels: Labels
) -> tuple[float, float, list[str]]:
    """Choose the type of the verdict and of the sentences below it, so that all fit into the box.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    sentences : list of str
        The sentences.
    labels : Labels
        Their language.

    Returns
    -------
    tuple
        Points of the verdict, points of the sentences, and the sentences: where many lines of
        their own have no room, all after the first are set as one paragraph.
    """
    for lines in (sentences, [*sentences[:1], labels.text(*sentences[1:])]):
        for head in HEADS:  # smaller where much has to be said below
            room = BOX_HEIGHT - 2 * EDGE - line_height(head)
            points = fitting_points(sheet, lines, LEFT_WIDTH - 14, room)
            if points >= SMALL:
                return head, points, lines
    return head, points, lines


def misses_band(sheet: Sheet, top: float, context: PageContext) -> float:
    """Say what helps below a failed certificate: where orders are late, what places are empty.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    context : PageContext
        The run, the language and the typeface.

    Returns
    -------
    float
        The y below it, in mm.
    """
    lines = help_sentences(context)
    if not lines:
        return top
    y, width, step = top + 3, RIGHT - LEFT - 8, line_height(MISS_POINTS)
    height = step * sum(len(sheet.lines(line, MISS_POINTS, width, most=2)) for line in lines) + 3
    sheet.box(LEFT, y, RIGHT - LEFT, height, facecolor=TINT)
    at = y + 1.5
    for line in lines:
        at = sheet.text((LEFT + 4, at), line, MISS_POINTS, width=width, most=2)
    return y + height


def fitting_points(sheet: Sheet, sentences: list[str], width: float, height: float) -> float:
    """Find the largest type in which sentences fit into a box.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    sentences : list of str
        The sentences, each from a line of its own.
    width : float
        Width in mm.
    height : float
        Height in mm.

    Returns
    -------
    float
        Size of the type in points.
    """
    for points in (11.5, 10.5, 9.5, 9.0, 8.5, 8.0, 7.5):
        if (
            sum(len(sheet.lines(s, points, width)) * line_height(points) + 1.0 for s in sentences)
            <= height
        ):
            return points
    return 7.0


def figure_boxes(sheet: Sheet, top: float, figures: Sequence[tuple[str, str, str]]) -> None:
    """Set four figures next to the certificate.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    figures : sequence of (str, str, str)
        Heading, figure and note of each.
    """
    width, height = (RIGHT_WIDTH - 4) / 2, (BOX_HEIGHT - 4) / 2
    for place, (head, figure, note) in enumerate(figures):
        x, y = RIGHT_X + place % 2 * (width + 4), top + place // 2 * (height + 4)
        sheet.box(x, y, width, height, facecolor=TINT)
        y = sheet.text((x + 3, y + 1.5), head, 8, width=width - 6, colour=GREY, most=1)
        y = sheet.one_line((x + 3, y), figure, (16.0, 9.0), width - 6, bold=True)
        sheet.one_line((x + 3, y + 0.2), note, (8.0, 6.5), width - 6, colour=GREY)


def left_points(
    sheet: Sheet, top: float, context: PageContext, questions: Sequence[Question]
) -> float:
    """Find the largest type in which methods, contracts and questions fit below each other.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    context : PageContext
        The run, the language and the typeface.
    questions : sequence of Question
        The questions below the tables, with their answers.

    Returns
    -------
    float
        Size of the type in points; the smallest where nothing fits.
    """
    tables = [contracts_table(context)]
    if has_others(context):
        tables.append((baseline_columns(context.labels), baseline_rows(context)))
    for points in COMPACT:
        height = NOTE_HEIGHT + 2.0 + questions_height(sheet, questions, points)
        for columns, rows in tables:
            height += line_height(11.0) + 0.8 + GAP + line_height(8.0)
            height += sheet.table_height(
                columns, rows, width=LEFT_WIDTH, points=points, most_lines=2
            )
        if top + height <= BOTTOM:
            return points
    return COMPACT[-1]


def baselines_block(sheet: Sheet, top: float, context: PageContext, points: float) -> float:
    """Set our plan next to those of other methods, hatched where not certified.

    All are evaluated on the same replications.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    context : PageContext
        The run, the language and the typeface.
    points : float
        Size of the type in points.

    Returns
    -------
    float
        The y below it, in mm.
    """
    if not has_others(context):
        return top
    y = sheet.head((LEFT, top), context.labels("head_baselines"), LEFT_WIDTH)
    _, y = sheet.table(
        (LEFT, y),
        LEFT_WIDTH,
        baseline_columns(context.labels),
        baseline_rows(context),
        points=points,
        until=top + 72,
        most_lines=2,
        hatched=not_certified(context),
    )
    return sheet.text((LEFT, y), held_out(context), 8, width=LEFT_WIDTH, colour=GREY, most=2)


def hiring_block(sheet: Sheet, top: float, context: PageContext, until: float) -> float:
    """Set whom to hire, by when.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    context : PageContext
        The run, the language and the typeface.
    until : float
        Lower edge in mm that nothing is set below.

    Returns
    -------
    float
        The y below it, in mm.
    """
    y = sheet.head((RIGHT_X, top), context.labels("head_hiring"), RIGHT_WIDTH)
    rows = hiring_rows(context)
    if not rows:
        return sheet.text((RIGHT_X, y), context.labels("none_to_hire"), 9)
    done, y = sheet.table(
        (RIGHT_X, y),
        RIGHT_WIDTH,
        hiring_columns(context.labels),
        rows,
        points=POINTS,
        until=until - 5,
    )
    sheet.left_out = len(rows) - done
    return more(sheet, (RIGHT_X, y), sheet.left_out, context)


def more(sheet: Sheet, at: tuple[float, float], left: int, context: PageContext) -> float:
    """Say that rows were left out.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    at : (float, float)
        Left and upper edge in mm.
    left : int
        Rows that were left out; nothing is said of none.
    context : PageContext
        The run, the language and the typeface.

    Returns
    -------
    float
        The y below it, in mm.
    """
    return (
        sheet.text(at, context.labels("more_rows", n=left), 8, colour=GREY) if left > 0 else at[1]
    )


def contracts_block(
    sheet: Sheet, top: float, context: PageContext, until: float, points: float
) -> float:
    """Set the contracts to sign with what they carry.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    context : PageContext
        The run, the language and the typeface.
    until : float
        Lower edge in mm that nothing is set below.
    points : float
        Size of the type in points.

    Returns
    -------
    float
        The y below it, in mm.
    """
    y = sheet.head((LEFT, top), context.labels("head_contracts"), LEFT_WIDTH)
    columns, rows = contracts_table(context)
    if not rows:
        return sheet.text((LEFT, y), context.labels("none_to_sign"), 9, width=LEFT_WIDTH)
    done, y = sheet.table(
        (LEFT, y),
        LEFT_WIDTH,
        columns,
        rows,
        points=points,
        until=until - line_height(8.0),
        most_lines=2,
    )
    return more(sheet, (LEFT, y), len(rows) - done, context)


def contracts_table(context: PageContext) -> tuple[list[Column], list[list[str]]]:
    """Columns and rows of the contracts to sign, the one that carries most first."""
    labels, run = context.labels, context.run
    carried = (
        run.table("couriers").groupby("contract")[["parcels_mean", "cost_mean"]].sum()
        if run.has("couriers")
        else pd.DataFrame()
    )
    signed = [str(name) for name in run.plan.get("signed") or list(carried.index)]
    parcels = {
        name: float(carried["parcels_mean"].get(name, 0.0)) if len(carried) else math.nan
        for name in signed
    }
    costs = {
        name: float(carried["cost_mean"].get(name, 0.0)) if len(carried) else math.nan
        for name in signed
    }
    total = float(carried["parcels_mean"].sum()) if len(carried) else math.nan
    signed.sort(key=lambda name: (-parcels[name], name))
    rows = [
        [
            labels.name("contract", name),
            labels.number(parcels[name]),
            labels.percent(parcels[name] / total) if total else MISSING,
            labels.number(costs[name]),
            labels.number(costs[name] / parcels[name], 2) if parcels[name] else MISSING,
        ]
        for name in signed
    ]
    columns = [
        Column(labels("col_contract"), 3.5),
        Column(labels("col_parcels"), 1.6, "right"),
        Column(labels("col_share"), 1.3, "right"),
        Column(labels("col_cost", unit=labels.unit), 2.0, "right"),
        Column(labels("col_per_parcel", unit=labels.unit), 2.0, "right"),
    ]
    return columns, rows


def questions_height(sheet: Sheet, questions: Sequence[Question], points: float) -> float:
    """Measure the questions with their answers.

    Parameters
    ----------
    sheet : Sheet
        The page that they will be drawn on.
    questions : sequence of Question
        The questions with their answers.
    points : float
        Size of the type of the tables above, in points.

    Returns
    -------
    float
        Their height in mm.
    """
    return sum(_question_height(sheet, one, points) for one in questions)


def _question_height(sheet: Sheet, question: Question, points: float) -> float:
    asked, answer = question
    widths = (QUESTION_WIDTH - 3, LEFT_WIDTH - QUESTION_WIDTH)
    asked_lines = len(sheet.lines(asked, _of_sentences(points), widths[0], bold=True, most=2))
    lines = len(sheet.lines(answer, _of_sentences(points), widths[1], most=ANSWER_LINES))
    return max(asked_lines, lines) * line_height(_of_sentences(points)) + 1.0


def _of_sentences(points: float) -> float:
    """Size of the type of sentences below tables of a size."""
    return min(points, SMALL)


def questions_block(
    sheet: Sheet, top: float, questions: Sequence[Question], points: float
) -> float:
    """Answer what a warehouse manager asks first.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    questions : sequence of Question
        The questions with their answers.
    points : float
        Size of the type of the tables above, in points.

    Returns
    -------
    float
        The y below it, in mm.
    """
    y, small, width = top, _of_sentences(points), LEFT_WIDTH - QUESTION_WIDTH
    for one in questions:
        asked, answer = one
        sheet.text((LEFT, y), asked, small, width=QUESTION_WIDTH - 3, bold=True, most=2)
        sheet.text((LEFT + QUESTION_WIDTH, y), answer, small, width=width, most=ANSWER_LINES)
        y += _question_height(sheet, one, points)
    return y


def risks_block(sheet: Sheet, top: float, context: PageContext) -> float:
    """Set the three largest risks in words.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    context : PageContext
        The run, the language and the typeface.

    Returns
    -------
    float
        The y below it, in mm.
    """
    labels, run = context.labels, context.run
    if was_not_simulated(run):
        return top
    y = sheet.head((RIGHT_X, top), labels("head_risks"), RIGHT_WIDTH)
    if not run.has("risks"):
        return sheet.text((RIGHT_X, y), labels("none_risks"), 9)
    table = run.table("risks").head(3)
    words = "words_zh" if labels.lang == "zh" and "words_zh" in table.columns else "words"
    for place, row in enumerate(records(table), start=1):
        if y > BOTTOM - 14:
            break
        head = labels.name("risk", str(row["risk"]))
        sheet.text((RIGHT_X, y), str(place), 15, width=6, bold=True, most=1)
        y = sheet.text((RIGHT_X + 7, y + 0.5), head, 9.2, width=RIGHT_WIDTH - 7, bold=True, most=1)
        y = (
            sheet.text(
                (RIGHT_X + 7, y),
                str(row[words] or row["words"]),
                8.8,
                width=RIGHT_WIDTH - 7,
                most=3,
            )
            + 1.6
        )
    return y
