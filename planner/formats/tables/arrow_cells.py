"""Columns of Arrow, in which Parquet files are read, as text cells.

Every distinct value of a batch is made text once; the cells share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.domain.arrays import Ints
from planner.formats.tables.csv_reader import Cells
from planner.formats.tables.typed_cells import texts_of_values

if TYPE_CHECKING:
    import pyarrow as pa


def cells_of_array(array: pa.Array) -> Cells:
    """The cells of a column of a batch; empty where there is no value."""
    import pyarrow as pa

    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    if not isinstance(array, pa.DictionaryArray) and not is_text(array.type):
        array = _encoded(array)
    if not isinstance(array, pa.DictionaryArray):
        return _as_cells(array)
    codes, distinct = _used(array)
    return np.append(_as_cells(distinct), "")[codes]


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds text, or bytes that may be text."""
    import pyarrow as pa

    of = pa.types
    checks = (of.is_string, of.is_large_string, of.is_binary, of.is_large_binary)
    return any(check(kind) for check in checks)


def _encoded(array: pa.Array) -> pa.Array:
    """Codes and distinct values; the array itself where its type has no codes."""
    import pyarrow as pa

    try:
        return array.dictionary_encode()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return array


def _used(array: pa.DictionaryArray) -> tuple[Ints, pa.Array]:
    """Codes and the distinct values that they use; where there is none, the code behind the last.

    The dictionary of a batch holds the values of all batches before it too.
    """
    import pyarrow as pa

    array.indices.validate(full=True)
    known = array.indices.is_valid().to_numpy(zero_copy_only=False)
    used, codes = np.unique(
        array.indices.cast(pa.int64()).fill_null(0).to_numpy()[known], return_inverse=True
    )
    found = np.full(len(array), len(used), dtype=np.int64)
    found[known] = codes
    return found, array.dictionary.take(pa.array(used, pa.int64()))


def _as_cells(array: pa.Array) -> Cells:
    """The text of every value of an array without codes."""
    import pyarrow as pa

    array.validate(full=True)
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _datetimes(array, kind)
    values: list[object]
    if is_text(kind):
        values = array.to_numpy(zero_copy_only=False).tolist()
    elif pa.types.is_float16(kind) or pa.types.is_float32(kind):
        floats = array.to_numpy(zero_copy_only=False)  # whose text is the shortest that is equal
        known = array.is_valid().to_pylist()
        values = [str(f) if is_known else None for f, is_known in zip(floats, known, strict=True)]
    else:
        values = array.to_pylist()
    return np.array([*texts_of_values(values), ""], dtype=object)[:-1]


def _datetimes(array: pa.Array, kind: pa.DataType) -> Cells:
    """Times to the second, those with a zone in UTC; years beyond the calendar as they are."""
    import pyarrow as pa

    known = array.is_valid().to_numpy(zero_copy_only=False)
    is_date = pa.types.is_date(kind)
    zone = "" if is_date or kind.tz is None else "+00:00"
    if zone:
        array = array.cast(pa.timestamp(kind.unit, "UTC"))
    values = array.to_numpy(zero_copy_only=False)
    texts = np.datetime_as_string(values, unit="D" if is_date else "s").astype(object) + zone
    texts[~known] = ""
    return np.asarray(texts)
