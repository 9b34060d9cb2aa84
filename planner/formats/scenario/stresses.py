"""The catalogue of stresses of a scenario, and its risks: read, checked, and in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from planner.domain.horizon import Horizon
from planner.domain.stress import Stress
from planner.formats.base.findings import Findings, shown
from planner.formats.base.shipped_files import STRESSES, configs_folder
from planner.formats.base.yaml_source import Document, KeyPath, load_yaml
from planner.formats.scenario.horizon_schema import HorizonFile
from planner.formats.scenario.stress_schema import CatalogueFile, StressFile

_NAMES = {
    "site": "site",
    "contract": "contract",
    "crew": "crew",
    "less": "product",
    "more": "product",
}

Known = Mapping[str, Sequence[str] | None]  # kind -> names; None where they could not be read


def catalogue_of(folder: Path) -> Path:
    """The catalogue of a scenario's folder; without one, the shipped one."""
    own = folder / STRESSES
    return own if own.is_file() else configs_folder() / STRESSES


def load_catalogue(
    path: Path, horizon: HorizonFile, known: Known, findings: Findings
) -> tuple[StressFile, ...]:
    """Read a catalogue of stresses.

    Parameters
    ----------
    path : Path
        The file.
    horizon : HorizonFile
        Its days.
    known : mapping
        Names that a stress may refer to, by kind.
    findings : Findings
        Takes what is wrong, and the file that was read.

    Returns
    -------
    tuple of StressFile
        Empty with findings.
    """
    held = findings.inside.get(STRESSES) if path == findings.files[0] else None
    if isinstance(held, Document):
        document = held
    else:
        findings.files.append(path)
        document, found = load_yaml(path, path.name)
        findings.found += found
    if document.data is None:
        return ()
    try:
        catalogue = CatalogueFile.model_validate(document.data)
    except ValidationError as error:
        findings.add_errors(document, CatalogueFile, error)
        return ()
    check_stresses(
        document, ("stresses",), catalogue.stresses, horizon, known=known, findings=findings
    )
    return tuple(catalogue.stresses)


def check_stresses(
    document: Document,
    path: KeyPath,
    stated: Sequence[StressFile],
    horizon: HorizonFile,
    *,
    known: Known,
    findings: Findings,
) -> None:
    """Check that names refer to something and are unique, and that times lie in the horizon.

    Parameters
    ----------
    document : Document
        The file, for the place of findings.
    path : tuple
        Where the list stands in it.
    stated : sequence of StressFile
        The list.
    horizon : HorizonFile
        Days of the scenario.
    known : mapping
        Names that a stress may refer to, by kind.
    findings : Findings
        Takes what is wrong.
    """
    end = horizon.start + timedelta(days=horizon.days)
    seen: set[str] = set()
    for i, stress in enumerate(stated):
        if stress.name in seen:
            words = f"two of the list have this name, got {shown(stress.name)}"
            findings.add(document, (*path, i, "name"), words)
        seen.add(stress.name)
        for key, kind in _NAMES.items():
            if key == "crew" and stress.kind == "agency_fill":
                kind = "temporary crew"  # no agency sends permanent people
            name, names = getattr(stress, key), known.get(kind)
            if name is not None and names is not None and name not in names:
                words = f"no such {kind}, got {shown(name)}{findings.hint(name, names)}"
                findings.add(document, (*path, i, key), words)
        for key, moment in (("from", stress.from_), ("to", stress.to)):
            if moment is not None and not horizon.start <= moment <= end:
                findings.add(document, (*path, i, key), "must lie in the horizon")


def to_stress(stated: StressFile, horizon: Horizon) -> Stress:
    """A stated stress in seconds of the horizon."""
    return Stress(
        name=stated.name,
        kind=stated.kind,
        strength=stated.strength,
        probability=stated.probability,
        site=stated.site or "",
        contract=stated.contract or "",
        crew=stated.crew or "",
        less=stated.less or "",
        more=stated.more or "",
        from_s=None if stated.from_ is None else horizon.second(stated.from_),
        to_s=None if stated.to is None else horizon.second(stated.to),
    )
