"""What the functions of the Python interface return."""

from __future__ import annotations

from typing import Any

from planner.api.tables import Table, Tables
from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem


class Result:
    """A result with tables; every table is an attribute too, such as `result.staffing`.

    `list(result.tables)` names them; `result.staffing.to_frame()` is the DataFrame.

    Parameters
    ----------
    tables : Tables
        The tables, as in the run folder of the command.
    warnings : tuple of str
        What the user should know.
    """

    def __init__(self, tables: Tables, warnings: tuple[str, ...] = ()) -> None:
        self.tables = tables
        self.warnings = warnings

    def __getattr__(self, name: str) -> Table:
        if name.startswith("_") or name == "tables":
            raise AttributeError(name)
        table: Table = getattr(self.tables, name)
        return table

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]


class EvaluatedResult(Result):
    """A plan and what the simulation says of it.

    Parameters
    ----------
    problem : Problem
        What was planned.
    plan : Plan
        The decisions.
    summary : dict
        Means over the replications, as `--json` prints them.
    tables : Tables
        The tables of a run folder.
    warnings : tuple of str
        What the user should know.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        summary: dict[str, Any],
        tables: Tables,
        warnings: tuple[str, ...] = (),
    ) -> None:
        super().__init__(tables, warnings)
        self.problem = problem
        self.plan = plan
        self.summary = summary

    @property
    def certificate(self) -> Certificate | None:
        """The verdict on held-out demand."""
        return self.plan.certificate

    @property
    def cost(self) -> float:
        """Mean simulated cost in major units of the currency."""
        return float(self.summary["cost"])

    @property
    def on_time_share(self) -> float:
        """Mean share of orders on time over the replications."""
        return float(self.summary["on_time_share"]["mean"])

    def __repr__(self) -> str:
        return (
            f"<{self.plan!r} of {self.problem.name}: {self.cost:,.2f} {self.problem.currency}, "
            f"{self.on_time_share:.2%} on time>"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows: the plan in a line, and its costs."""
        costs = self.tables["costs"]._repr_html_() if "costs" in self.tables else ""
        return f"<p>{repr(self)[1:-1].replace('<', '').replace('>', '')}</p>{costs}"


class TableResult(Result):
    """A result whose main table is the answer.

    Parameters
    ----------
    main : str
        Name of the main table.
    tables : Tables
        All tables.
    summary : dict
        The figures that `--json` prints.
    warnings : tuple of str
        What the user should know.
    """

    def __init__(
        self, main: str, tables: Tables, summary: dict[str, Any], warnings: tuple[str, ...] = ()
    ) -> None:
        super().__init__(tables, warnings)
        self._main = main
        self.summary = summary

    def to_frame(self) -> Any:
        """The rows of the main table as a DataFrame."""
        return self.tables[self._main].to_frame()

    def __repr__(self) -> str:
        return f"<{self._main}: {len(self.tables[self._main]):,} rows; {self.tables!r}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the main table."""
        return self.tables[self._main]._repr_html_()
