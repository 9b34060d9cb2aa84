"""Write the report of a finished run again, and seal the folder again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.documents.manifest import WITH_PLAN
from planner.errors import ConflictError
from planner.output import copy_into, new_folder
from planner.reporting.report import write_report
from planner.reporting.tables.run_folder import read_run_folder
from planner.studies.runs.manifest import read_manifest, seal
from planner.studies.runs.seal import check_hashes


def rewrite_report(
    folder: Path, formats: Sequence[str], lang: str, font: Path | None
) -> list[Path]:
    """Write the report of a finished run in another language or format.

    The whole folder is written next to it and exchanged, so that an interruption leaves the old
    report as it was.

    Parameters
    ----------
    folder : Path
        The run's folder.
    formats : Sequence[str]
        Any of pdf, png, xlsx and html.
    lang : str
        en or zh.
    font : Path or None
        Font file to use instead of those that are shipped.

    Returns
    -------
    list[Path]
        The files of the report.

    Raises
    ------
    ConflictError
        The run was changed by hand.
    """
    manifest = read_manifest(folder, WITH_PLAN)
    wrong = check_hashes(folder, manifest)
    if wrong:
        raise ConflictError(f"{folder}: changed since the run, no report is written", *wrong)
    read_run_folder(folder)  # what is damaged is named where the user has it, not in the draft
    with new_folder(folder, force=True) as draft:
        copy_into(draft, folder)
        written = write_report(draft, formats, lang, font)
        names = [p.relative_to(draft) for p in written]
        manifest.pop("outputs")
        seal(draft, manifest)
    return [folder / name for name in names]
