"""Scenarios of two results without the names of their parts, which are compared as parts.

So it makes no difference whether a table stands in a file or in the scenario itself, nor how the
file of a contract is called.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.domain.run_differences import NotComparableError
from planner.errors import InputError
from planner.studies.run_differences.input_parts import InputPart
from planner.studies.run_differences.yaml_values import in_flow_style

Parts = dict[str, InputPart]


def settled(a: InputPart, b: InputPart, of_a: Parts, of_b: Parts) -> tuple[InputPart, InputPart]:
    """Take the names of parts out of both scenarios.

    Parameters
    ----------
    a, b : InputPart
        The scenarios.
    of_a, of_b : dict
        Their parts; a table in one scenario becomes a part where the other has it in a file.

    Returns
    -------
    tuple of InputPart
        The scenarios without these names.
    """
    try:
        data_a, data_b = dict(a.read()), dict(b.read())
    except (InputError, NotComparableError):
        return a, b
    for key in data_a.keys() & data_b.keys():
        if _names_parts(data_a[key], of_a) and _names_parts(data_b[key], of_b):
            del data_a[key], data_b[key]
        elif _is_moved(data_a[key], of_a, data_b[key]):
            of_b[data_a.pop(key)] = _as_table(data_b.pop(key))
        elif _is_moved(data_b[key], of_b, data_a[key]):
            of_a[data_b.pop(key)] = _as_table(data_a.pop(key))
    return InputPart.of(data_a), InputPart.of(data_b)


def _names_parts(value: Any, parts: Parts) -> bool:
    """Whether a value is a list of names of parts, such as the contracts."""
    return isinstance(value, list) and bool(value) and all(_names_part(v, parts) for v in value)


def _names_part(value: Any, parts: Parts) -> bool:
    return isinstance(value, str) and value in parts


def _is_moved(name: Any, parts: Parts, rows: Any) -> bool:
    """Whether one scenario names a file where the other has the rows of a table."""
    return _names_part(name, parts) and isinstance(rows, list) and all(map(_is_row, rows))


def _is_row(item: Any) -> bool:
    return isinstance(item, dict)


def _as_table(rows: list[dict[str, Any]]) -> InputPart:
    """Rows of a document as a table of text."""
    texts = [{key: in_flow_style(value) for key, value in row.items()} for row in rows]
    return InputPart.of(pd.DataFrame(texts).fillna(""), rows)
