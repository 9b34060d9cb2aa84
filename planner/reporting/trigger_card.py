"""The trigger card: a sheet to hang next to the wall sheet, and a page on what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.reporting.figures.axes import unit_above
from planner.reporting.figures.triggers import counted_bars, patches
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.language.trigger_sentences import (
    Row,
    action_in_words,
    levels_of,
    measure_in_words,
    moment_of,
    quiet_moments,
    rows_of,
    short_moment,
    threshold_in_words,
    worth_sentences,
)
from planner.reporting.layout import fonts
from planner.reporting.layout.fonts import Typeface
from planner.reporting.layout.sheet import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, Sheet, line_height
from planner.reporting.layout.style import GREY, INK, PAPER, TINT, applied
from planner.reporting.report import write_document

CARD = "trigger-card.pdf"
MOST_FIGURES = 6
FOOT_POINTS = 10.0


@dataclass(frozen=True, kw_only=True)
class CardContext:
    """What the pages of a card are made of.

    Attributes
    ----------
    title : str
        Title of the scenario.
    tables : mapping of str to DataFrame
        The tables of the card.
    naive_above : float
        The naive threshold.
    labels : Labels
        Language, currency and names.
    typeface : Typeface
        Fonts.
    """

    title: str
    tables: Mapping[str, pd.DataFrame]
    naive_above: float
    labels: Labels
    typeface: Typeface


def write_card(
    folder: Path,
    title: str,
    tables: Mapping[str, pd.DataFrame],
    labels: Labels,
    naive_above: float,
) -> list[str]:
    """Write the card as PDF, and its pages as pictures.

    Parameters
    ----------
    folder : Path
        Folder of the result.
    title : str
        Title of the scenario.
    tables : mapping of str to DataFrame
        The tables of the card.
    labels : Labels
        Language, currency and names.
    naive_above : float
        The naive threshold.

    Returns
    -------
    list of str
        Warnings about characters that the font does not have.
    """
    texts = [title, *(name for names in labels.names.values() for name in names.values())]
    typeface, warnings = fonts.cover(fonts.register(), texts)
    context = CardContext(
        title=title, tables=tables, naive_above=naive_above, labels=labels, typeface=typeface
    )
    with applied(typeface):
        sheets = [*_card_sheets(context), *_count_sheets(context)]
        write_document(sheets, folder / CARD, title)
    return warnings


def _card_sheets(context: CardContext) -> list[Sheet]:
    """The card: one sheet as long as its lines can be read, else several."""
    labels, rows = context.labels, rows_of(context.tables["triggers"])
    quiet = quiet_moments(labels, rows)
    sheets: list[Sheet] = []
    blocks = levels_of(rows)
    while blocks or not sheets:
        sheet = Sheet(
            typeface=context.typeface,
            slug="trigger-card" + (f"-{len(sheets) + 1}" if sheets else ""),
        )
        title = labels("trigger_title", name=context.title)
        y = sheet.title(title, labels("trigger_message") if blocks else "")
        y = _heads(context, sheet, y) if blocks else y
        bottom = BOTTOM - line_height(FOOT_POINTS) * len(_foot_lines(sheet, quiet)) - 3
        fitting = (bottom - y) / max(sum(map(len, blocks)), 1)
        line = min(max(fitting, LINE[0]), LINE[1])
        done = 0
        while done < len(blocks) and (not done or y + line * len(blocks[done]) <= bottom + 0.01):
            opens = not done or _checkpoint(blocks[done - 1]) != _checkpoint(blocks[done])
            y = _block(context, sheet, y, blocks[done], opens=opens, line=line)
            done += 1
        blocks = blocks[done:]
        if not blocks and quiet:
            sheet.rule(LEFT, y, RIGHT - LEFT, INK, 0.9)
            sheet.text((LEFT, y + 1.5), quiet, FOOT_POINTS)
        sheets.append(sheet)
    return sheets


def _foot_lines(sheet: Sheet, text: str) -> list[str]:
    return sheet.lines(text, FOOT_POINTS, RIGHT - LEFT) if text else []


# columns of the card: left edge and width in mm
WHEN, WHAT, COUNTED = (LEFT, 36.0), (LEFT + 36, 42.0), (LEFT + 78, 20.0)
IF, DO, BY = (LEFT + 98, 32.0), (LEFT + 130, 88.0), (LEFT + 218, 24.0)
COST, DONE = (LEFT + 242, 15.0), (LEFT + 258, RIGHT - LEFT - 258)
LINE = (8.6, 11.0)  # mm of an action, least and most
ROOMY = 10.0  # mm from which on larger type fits


def _checkpoint(level: Sequence[Row]) -> str:
    return str(level[0]["checkpoint"])


def _heads(context: CardContext, sheet: Sheet, y: float) -> float:
    """The heads of the columns; the y below them."""
    labels = context.labels
    for (x, width), key in (
        (WHEN, "when"),
        (WHAT, "what"),
        (COUNTED, "counted"),
        (IF, "if"),
        (DO, "do"),
        (BY, "by"),
        (COST, "cost"),
        (DONE, "done"),
    ):
        text = labels(f"trigger_col_{key}", unit=labels.unit)
        sheet.text((x, y), text, 9.5, width=width, bold=True, colour=GREY, most=1)
    y += line_height(9.5)
    return y + 1.0


def _block(
    context: CardContext,
    sheet: Sheet,
    y: float,
    level: Sequence[Row],
    *,
    opens: bool,
    line: float,
) -> float:
    """A level with its actions, each so many mm high; `opens` a checkpoint. The y below it."""
    labels, first = context.labels, level[0]
    at = moment_of(first)
    sheet.rule(LEFT if opens else IF[0], y, RIGHT - (LEFT if opens else IF[0]), INK, 0.9)
    if opens:
        sheet.text((WHEN[0], y + 0.2), f"{at:%H:%M}", 18, width=WHEN[1], bold=True, most=1)
        sheet.text((WHEN[0] + 18, y + 2.4), labels.short_day(at), 9.5, width=WHEN[1] - 18, most=1)
        sheet.text((WHAT[0], y + 0.6), measure_in_words(labels, first), 9.5, width=WHAT[1] - 2)
        size = COUNTED[1] - 4, min(line, 9.0) - 1.6
        sheet.box(COUNTED[0], y + 0.9, *size, facecolor=PAPER, edgecolor=INK)
    sheet.box(IF[0] - 1.5, y + 0.5, IF[1] - 0.5, line * len(level) - 1.0, facecolor=TINT)
    threshold = threshold_in_words(labels, first)
    middle = line / 2 - line_height(10.5) / 2
    sheet.one_line((IF[0], y + middle), threshold, (12.0, 8.0), IF[1] - 3, bold=True)
    points = 10.5 if line >= ROOMY else 8.8
    for row in level:
        words = action_in_words(labels, row)
        lines = len(sheet.lines(words, points, DO[1] - 2, most=2))
        top = y + (line - lines * line_height(points)) / 2
        sheet.text((DO[0], top), words, points, width=DO[1] - 2, most=2)
        by = short_moment(labels, moment_of(row, "decide_by"), at)
        sheet.one_line((BY[0], y + middle), by, (10.5, 7.5), BY[1] - 1)
        cost = labels.number(float(row["cost"])) if row["cost"] != "" else MISSING
        place = (COST[0], y + middle)
        sheet.text(place, cost, 10.5, width=COST[1] - 3, align="right", most=1)
        sheet.box(DONE[0] + 2, y + line / 2 - 2.8, 5.6, 5.6, facecolor=PAPER, edgecolor=INK)
        y += line
    return y


def _count_sheets(context: CardContext) -> list[Sheet]:
    """What is counted at the checkpoints at which something may be done, and what it is worth."""
    labels = context.labels
    levels = levels_of(rows_of(context.tables["triggers"]))
    counts = context.tables["triggers_counts"]
    found = {_checkpoint(level): level[0] for level in levels}
    shown = (list(found) or [str(c) for c in counts["checkpoint"].unique()])[:MOST_FIGURES]
    first = {str(row["checkpoint"]): row for row in rows_of(context.tables["triggers"])}
    sheet = Sheet(typeface=context.typeface, slug="trigger-counts")
    title, sampled = labels("trigger_figure_title"), counts["replication"].nunique()
    top = sheet.title(title, labels("trigger_figure_message", n=labels.number(sampled)))
    worth = worth_sentences(labels, rows_of(context.tables["triggers_policy"]), context.naive_above)
    bottom = BOTTOM - 12 - 1.3 * line_height(FOOT_POINTS) * len(worth)
    columns = min(len(shown), 3)
    rows = -(-len(shown) // columns)
    width = (RIGHT - LEFT - 14.0 * columns) / columns
    height = min((bottom - top) / rows - 26.0, 80.0)
    for k, checkpoint in enumerate(shown):
        x = LEFT + 10 + (k % columns) * (width + 14)
        y = top + 14 + (k // columns) * (height + 26)
        row = first[checkpoint]
        moment = labels.moment(moment_of(row))
        name = labels("trigger_axis", measure=measure_in_words(labels, row), moment=moment)
        sheet.text((x - 6, y - 11), name, 9.5, width=width + 8, bold=True, most=1)
        thresholds = [
            (int(level[0]["level"]), float(level[0]["threshold"]))
            for level in levels
            if _checkpoint(level) == checkpoint and level[0]["threshold"] != ""
        ]
        axes = sheet.axes(x, y, width, height)
        unit_above(axes, labels("trigger_promotions"))
        counted_bars(axes, counts[counts["checkpoint"] == checkpoint], thresholds, labels)
    texts = [labels("trigger_met"), labels("trigger_missed")]
    end = top + rows * (height + 26)
    sheet.figure.legend(
        patches(),
        texts,
        loc="upper left",
        bbox_to_anchor=((LEFT - 2) / WIDTH, 1 - (end - 2) / HEIGHT),
        ncols=2,
        frameon=False,
    )
    y = end + 7
    sheet.rule(LEFT, y, RIGHT - LEFT, INK, 0.9)
    y += 2
    for sentence in worth:
        y = sheet.text((LEFT, y), sentence, FOOT_POINTS, most=2) + 0.6
    return [sheet]
