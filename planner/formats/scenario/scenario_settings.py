"""Values that are set from outside in a scenario (`--set`): where they may lead into its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.formats.base.findings import Findings
from planner.formats.base.settings import Setting, apply_settings, read_settings, stated_names
from planner.formats.base.yaml_source import Document, KeyPath, load_yaml

# whose parts can be set in their files
FILES = ("regions", "products", "contracts", "platform", "platforms")


def set_in_scenario(document: Document, texts: Sequence[str], findings: Findings) -> list[Setting]:
    """Set values in the document of a scenario, before it is validated.

    Parameters
    ----------
    document : Document
        The scenario, which is changed; what is set in the files it names waits in `in_files`.
    texts : sequence of str
        Settings, each PATH=VALUE; contracts go by number or by name, rows of regions and products
        by name.
    findings : Findings
        Takes what is wrong with them.

    Returns
    -------
    list of Setting
        What was set.
    """
    settings = read_settings(texts, findings)

    def names(path: KeyPath, items: list[Any]) -> list[tuple[str, ...]]:
        if path == ("contracts",):
            stated = [_contract_name(item, findings) for item in items]
            return [(name,) if name else () for name in stated]
        return stated_names(path, items)

    apply_settings(document, settings, findings, files=FILES, names=names)
    return settings


def _contract_name(file: Any, findings: Findings) -> str | None:
    """The name that a contract states; None where it cannot be read, which is found later."""
    if not isinstance(file, str):
        return None
    apart = Findings(findings.root, inside=findings.inside, files=[*findings.files])
    path = apart.open(Document("", None), (), file, "contract")
    return stated_name(path, findings.inside.get(file))


def stated_name(file: Path | None, held: object) -> str | None:
    """The name that a contract states, None without one. `held`: it stands in a workbook."""
    document = held if isinstance(held, Document) else None
    if document is None and file is not None:
        document, _ = load_yaml(file, file.name)
    data = document.data if document else None
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else None
