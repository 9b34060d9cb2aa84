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
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet, line_height
from planner.reporting.layout.style import GREY, INK, PAPER, TINT, applied
from planner.reporting.report import write_pdf, write_pictures

CARD = "trigger-card.pdf"
MOST_FIGURES = 6
WORTH_POINTS = 10.0


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
        write_pdf(sheets, folder / CARD, title)
        write_pictures(sheets, folder / "figures")
    return warnings


def _card_sheets(context: CardContext) -> list[Sheet]:
    """The card, on as many sheets as it needs."""
    labels, rows = context.labels, rows_of(context.tables["triggers"])
    worth = worth_sentences(labels, rows_of(context.tables["triggers_policy"]), context.naive_above)
    sheets: list[Sheet] = []
    blocks = levels_of(rows)
    while blocks or not sheets:
        sheet = Sheet(
            typeface=context.typeface,
            slug="trigger-card" + (f"-{len(sheets) + 1}" if sheets else ""),
        )
        title = labels("trigger_title", name=context.title)
        y = sheet.title(title, labels("trigger_message") if blocks else "")
        done = 0
        if blocks:
            y = _heads(context, sheet, y)
            room = BOTTOM - 6 * line_height(WORTH_POINTS)
            while done < len(blocks) and (not done or y + _block_height(blocks[done]) <= room):
                opens = not done or _checkpoint(blocks[done - 1]) != _checkpoint(blocks[done])
                y = _block(context, sheet, y, blocks[done], opens)
                done += 1
        blocks = blocks[done:]
        if not blocks:
            _worth(sheet, y + 2, [quiet_moments(labels, rows), *worth])
        sheets.append(sheet)
    return sheets


# columns of the card: left edge and width in mm
WHEN, WHAT, COUNTED = (LEFT, 36.0), (LEFT + 36, 42.0), (LEFT + 78, 20.0)
IF, DO, BY = (LEFT + 98, 32.0), (LEFT + 130, 88.0), (LEFT + 218, 24.0)
COST, DONE = (LEFT + 242, 15.0), (LEFT + 258, RIGHT - LEFT - 258)
LINE = 11.0  # mm of an action


def _checkpoint(level: Sequence[Row]) -> str:
    return str(level[0]["checkpoint"])


def _block_height(level: Sequence[Row]) -> float:
    return LINE * len(level)


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
    context: CardContext, sheet: Sheet, y: float, level: Sequence[Row], opens: bool
) -> float:
    """A level with its actions; `opens` a checkpoint. The y below it."""
    labels, first = context.labels, level[0]
    at, height = moment_of(first), _block_height(level)
    sheet.rule(LEFT if opens else IF[0], y, RIGHT - (LEFT if opens else IF[0]), INK, 0.9)
    if opens:
        sheet.text((WHEN[0], y + 1.2), f"{at:%H:%M}", 19, width=WHEN[1], bold=True, most=1)
        sheet.text((WHEN[0] + 19, y + 3.0), labels.short_day(at), 9.5, width=WHEN[1] - 19, most=1)
        what = measure_in_words(labels, first)
        sheet.text((WHAT[0], y + 1.8), what, 11, width=WHAT[1] - 2, most=2)
        sheet.box(
            COUNTED[0],
            y + 1.6,
            COUNTED[1] - 4,
            LINE - 3.2,
            facecolor=PAPER,
            edgecolor=INK,
        )
    sheet.box(IF[0] - 1.5, y + 0.5, IF[1] - 0.5, height - 1.0, facecolor=TINT)
    threshold = threshold_in_words(labels, first)
    sheet.one_line((IF[0], y + 2.6), threshold, (13.0, 8.0), IF[1] - 3, bold=True)
    for row in level:
        words = action_in_words(labels, row)
        sheet.text((DO[0], y + 1.0), words, 10.5, width=DO[1] - 2, most=2)
        by = short_moment(labels, moment_of(row, "decide_by"), at)
        sheet.one_line((BY[0], y + 2.8), by, (10.5, 7.5), BY[1] - 1)
        cost = labels.number(float(row["cost"])) if row["cost"] != "" else MISSING
        sheet.text((COST[0], y + 2.8), cost, 10.5, width=COST[1] - 3, align="right", most=1)
        sheet.box(DONE[0] + 2, y + 2.4, 6, 6, facecolor=PAPER, edgecolor=INK)
        y += LINE
    return y


def _worth(sheet: Sheet, y: float, sentences: Sequence[str]) -> None:
    """What the card is worth, at its foot."""
    sheet.rule(LEFT, y, RIGHT - LEFT, INK, 0.9)
    y += 2
    for sentence in sentences:
        if sentence:
            y = sheet.text((LEFT, y), sentence, WORTH_POINTS, most=2) + 0.6


def _count_sheets(context: CardContext) -> list[Sheet]:
    """What is counted at the checkpoints at which something may be done."""
    labels = context.labels
    levels = levels_of(rows_of(context.tables["triggers"]))
    counts = context.tables["triggers_counts"]
    found = {_checkpoint(level): level[0] for level in levels}
    shown = list(found)[:MOST_FIGURES] or [str(c) for c in counts["checkpoint"].unique()][:1]
    first = {str(row["checkpoint"]): row for row in rows_of(context.tables["triggers"])}
    sheet = Sheet(typeface=context.typeface, slug="trigger-counts")
    title, sampled = labels("trigger_figure_title"), counts["replication"].nunique()
    top = sheet.title(title, labels("trigger_figure_message", n=labels.number(sampled)))
    columns = min(len(shown), 3)
    rows = -(-len(shown) // columns)
    width = (RIGHT - LEFT - 14.0 * columns) / columns
    height = min((BOTTOM - top - 14.0) / rows - 26.0, 90.0)
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
    sheet.figure.legend(
        patches(), texts, loc="lower left", bbox_to_anchor=(0.045, 0.03), ncols=2, frameon=False
    )
    return [sheet]
