"""One of two results that are compared: its documents and tables, as far as they are unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.manifest import WITH_PLAN, is_draft
from planner.documents.reading import MANIFEST, PLAN, read_plan_document
from planner.domain.problem import Problem
from planner.domain.run_differences import NotComparableError, ResultFacts
from planner.errors import Finding, InputError
from planner.formats.scenario.reader import read_scenario
from planner.reporting.tables.read_table import read_table
from planner.studies.runs.manifest import INPUTS, read_manifest
from planner.studies.runs.seal import check_hashes


@dataclass(frozen=True, eq=False, kw_only=True)
class Side:
    """A result folder.

    Attributes
    ----------
    letter : str
        A or B.
    folder : Path
        The folder.
    manifest : dict
        Content of run.json.
    changed : mapping
        What is wrong with files that are not as they were written, by name.
    """

    letter: str
    folder: Path
    manifest: dict[str, Any]
    changed: Mapping[str, str]

    @property
    def options(self) -> dict[str, Any]:
        """Options of the command that made the result."""
        found: dict[str, Any] = self.manifest["options"]
        return found

    @property
    def command(self) -> str:
        """Name of that command."""
        return str(self.options["command"])

    @property
    def outputs(self) -> dict[str, str]:
        """Hash of every file of the result by name, as it was written."""
        found: dict[str, str] = self.manifest["outputs"]
        return found

    @property
    def has_plan(self) -> bool:
        """Whether the result holds a plan, certified or not."""
        return self.command in WITH_PLAN and not self.manifest.get("explanation")

    @property
    def is_simulated(self) -> bool:
        """Whether replications of the plan were simulated."""
        return self.has_plan and not is_draft(self.options)

    @cached_property
    def plan(self) -> dict[str, Any]:
        """Content of plan.json. Raises NotComparableError where it cannot be compared."""
        self._refuse(PLAN)
        try:
            return read_plan_document(self.folder)
        except InputError:
            raise self._not("diff_unreadable", file=PLAN) from None

    def table(self, name: str) -> pd.DataFrame:
        """A table of the result. Raises NotComparableError where it cannot be compared."""
        file = f"tables/{name}.csv"
        self._refuse(file)
        try:
            return read_table(self.folder, name)
        except InputError:
            raise self._not("diff_unreadable", file=file) from None

    def has(self, name: str) -> bool:
        """Whether the result lists a table."""
        return f"tables/{name}.csv" in self.outputs

    @property
    def inputs(self) -> dict[str, str]:
        """Hash of every input by name."""
        found: dict[str, str] = self.manifest["inputs"]
        return found

    def input(self, name: str) -> Path:
        """The copy of an input. Raises NotComparableError where there is no unchanged one."""
        file = f"{INPUTS}/{name}"
        if file not in self.outputs:
            raise self._not("diff_not_kept", file=name)
        self._refuse(file)
        return self.folder / file

    @cached_property
    def problem(self) -> Problem:
        """What was given. Raises NotComparableError where the inputs cannot be read."""
        name = str(self.manifest["scenario"])
        path = self.input(name)
        try:
            settings = self.manifest.get("settings", ())
            return read_scenario(path, self.manifest["name"], settings=settings).problem
        except InputError:
            raise self._not("diff_unreadable", file=f"{INPUTS}/{name}") from None

    def facts(self) -> ResultFacts:
        """What a reader needs to know of the result."""
        manifest = self.manifest
        return ResultFacts(
            folder=str(self.folder),
            name=manifest["name"],
            title=manifest.get("title") or manifest["name"],
            command=self.command,
            method=self._method(),
            status=manifest.get("status") or "",
            seed=manifest["seed"],
            currency=manifest.get("currency") or "",
            first_day=(manifest.get("start") or "")[:10],
            days=manifest.get("days") or 0,
            verdict=self._verdict(),
            changed=tuple(f"{name}: {words}" for name, words in sorted(self.changed.items())),
        )

    def _verdict(self) -> str:
        """Whether the plan is certified, or why there is no certificate."""
        if not self.has_plan:
            return "no_plan" if self.manifest.get("explanation") else ""
        certificate = self.manifest["certificate"]
        if certificate is None:
            return "draft"
        return "certified" if certificate["certified"] else "not_certified"

    def _method(self) -> str:
        """The method of the plan; empty where there is none, or it cannot be read."""
        try:
            return str(self.plan["method"]) if self.has_plan else ""
        except NotComparableError:
            return ""

    def _refuse(self, file: str) -> None:
        if file not in self.outputs:
            raise self._not("diff_no_file", file=file)
        if file in self.changed:
            raise self._not("diff_changed", file=file)

    def _not(self, key: str, **values: str) -> NotComparableError:
        return NotComparableError(key, side=self.letter, **values)


def read_side(letter: str, folder: Path) -> Side:
    """Read a finished result of any command that keeps its inputs.

    Parameters
    ----------
    letter : str
        A or B.
    folder : Path
        The folder.

    Returns
    -------
    Side
        The result.

    Raises
    ------
    InputError
        The folder holds no finished result.
    """
    manifest = read_manifest(folder)
    if "scenario" not in manifest:
        words = (
            f"is {manifest['options']['command']}, which has no scenario to compare; compare the "
            "files in its tables folder"
        )
        raise InputError([Finding(str(folder / MANIFEST), 0, 0, "options.command", words)])
    found = (line.rpartition(": ") for line in check_hashes(folder, manifest))
    # files of the user's own next to the result say nothing about it
    changed = {name: words for name, _, words in found if name in manifest["outputs"]}
    return Side(letter=letter, folder=folder, manifest=manifest, changed=changed)
