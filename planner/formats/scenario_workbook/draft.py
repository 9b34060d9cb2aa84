"""A document that is put together value by value, and the cell of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from planner.errors import Finding
from planner.formats.base.yaml_source import Document, KeyPath, SheetPlace


class ConflictingValuesError(ValueError):
    """A value does not fit to what another cell states."""


@dataclass
class Draft:
    """A document in the making.

    Attributes
    ----------
    file : str
        The workbook, as messages name it.
    data : dict
        What was stated so far.
    places : dict
        Cell of every value, and of cells that are empty.
    found : list of Finding
        What is wrong.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[KeyPath, SheetPlace] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def document(self) -> Document:
        """What was put together."""
        return Document(self.file, self.data, dict(self.places))

    def add(self, place: SheetPlace, words: str, name: str = "") -> None:
        """Add a finding at a cell.

        Parameters
        ----------
        place : tuple
            Row, column and sheet.
        words : str
            What is wrong.
        name : str
            The value that is concerned.
        """
        self.found.append(Finding(self.file, place[0], place[1], name, words, place[2]))

    def mark(self, path: KeyPath, place: SheetPlace) -> None:
        """Say where a value would stand, unless it stands somewhere."""
        self.places.setdefault(path, place)

    def put(self, path: KeyPath, value: Any, place: SheetPlace) -> None:
        """Put a value at its path; a finding where something else stands there.

        Parameters
        ----------
        path : tuple
            Keys and list indices that lead to it.
        value : Any
            The value.
        place : tuple
            Its cell: row, column and sheet.
        """
        try:
            holder: Any = self.data
            for at, step in enumerate(path[:-1]):
                holder = _inner(holder, step, [] if isinstance(path[at + 1], int) else {})
                self.mark(path[: at + 1], place)
            _set(holder, path[-1], value)
        except ConflictingValuesError as error:
            self.add(place, str(error), ".".join(map(str, path)))
            return
        self.places[path] = place
        if isinstance(value, list):
            self.places.update({(*path, i): place for i in range(len(value))})

    def get(self, path: KeyPath) -> Any:
        """What stands at a path; None where nothing does."""
        holder: Any = self.data
        for step in path:
            try:
                holder = holder[step]
            except (KeyError, IndexError, TypeError):
                return None
        return holder


def _inner(holder: Any, step: str | int, empty: Any) -> Any:
    """The mapping or list at a step, made where there is none."""
    if isinstance(holder, dict) and isinstance(step, str):
        found = holder.setdefault(step, empty)
    elif isinstance(holder, list) and isinstance(step, int):
        if step >= len(holder):
            holder.append(empty)
        found = holder[min(step, len(holder) - 1)]
    else:
        found = None
    if not isinstance(found, dict | list):
        raise ConflictingValuesError(f"{step} is stated in another way already: clear one of them")
    return found


def _set(holder: Any, step: str | int, value: Any) -> None:
    if isinstance(holder, list) and isinstance(step, int):
        holder.append(value)
    elif isinstance(holder, dict) and isinstance(step, str):
        if step in holder:
            raise ConflictingValuesError("is stated twice: clear one of them")
        holder[step] = value
    else:
        raise ConflictingValuesError("is stated in another way already: clear one of them")
