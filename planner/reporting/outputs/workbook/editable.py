"""Which cells of the workbook may be changed, and names that lead back to what they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from planner.reporting.language.labels import Labels
from planner.reporting.tables.run_folder import RunFolder

# tables whose decisions may be changed -> their columns that may
EDITABLE: Mapping[str, tuple[str, ...]] = {
    "staffing": ("date", "site", "process", "crew", "shift", "since", "headcount"),
    "stock": ("site", "product", "units"),
    "routing": ("region", "site", "contract", "from", "to", "share", "above_g", "to_g"),
    "extra_collections": ("date", "site", "contract", "at", "vehicles"),
}
OF_TAIL = {"tail_staffing": "staffing", "tail_collections": "extra_collections"}
KINDS = ("site", "process", "crew", "shift", "product", "region", "contract")
# tables in which names of a kind stand, whether the plan uses them or not
_NAMED_IN = (
    *("processes", "shifts", "regions", "payroll", "stock", "stock_need", "contract_terms"),
    *(*EDITABLE, *OF_TAIL),
)


def editable_columns(table: str) -> tuple[str, ...]:
    """Columns of a table that may be changed; none of a table that follows from others."""
    return EDITABLE.get(OF_TAIL.get(table, table), ())


@dataclass(frozen=True)
class ShownNames:
    """Names as they are shown, by kind and key; no two keys of a kind are shown in one way."""

    by_key: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def shown(self, kind: str, key: str) -> str:
        """The name shown for a key."""
        return self.by_key.get(kind, {}).get(key, key)

    def keys(self) -> dict[str, dict[str, str]]:
        """Kind -> shown name -> key."""
        return {
            kind: {shown: key for key, shown in names.items()}
            for kind, names in self.by_key.items()
        }


def shown_names(run: RunFolder, labels: Labels) -> ShownNames:
    """The names of everything that a plan of the run may name."""
    return ShownNames({kind: _unique(labels, kind, _keys(run, kind)) for kind in KINDS})


def _keys(run: RunFolder, kind: str) -> list[str]:
    """Keys of a kind in the tables of a run, and those that have a label."""
    found = dict.fromkeys(run.names().get(kind, {}))
    for name in _NAMED_IN:
        if run.has(name) and kind in run.table(name):
            found |= dict.fromkeys(key for key in run.table(name)[kind].unique() if key)
    return [str(key) for key in found]


def _unique(labels: Labels, kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Key -> its name; with the key behind it where another key has the same name."""
    shown = {key: labels.name(kind, key) for key in keys}
    count: dict[str, int] = {}
    for name in shown.values():
        count[name] = count.get(name, 0) + 1
    # a name that is the key of something else would be taken for that
    ambiguous = {
        key for key, name in shown.items() if count[name] > 1 or (name != key and name in shown)
    }
    return {key: f"{n} ({key})" if key in ambiguous else n for key, n in shown.items()}
