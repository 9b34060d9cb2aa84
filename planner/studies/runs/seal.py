"""Nothing was changed since the result was sealed, and its inputs are those that were read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from planner.documents.reading import MANIFEST
from planner.errors import Finding, InputError
from planner.formats.scenario.reader import Scenario
from planner.output import sha256
from planner.studies.runs.manifest import INPUTS, input_hashes, odd_files, result_files, versions

T = TypeVar("T")
OUTSIDE = (
    "contract/"  # how the name of an input begins that lies outside the scenario and is not kept
)


def stated(folder: Path, manifest: dict[str, Any], key: str, kind: type[T]) -> T:
    """Read a field of a manifest.

    Parameters
    ----------
    folder : Path
        The result folder, for messages.
    manifest : dict
        Content of run.json.
    key : str
        Name of the field.
    kind : type
        Type of its value.

    Returns
    -------
    object
        The value.

    Raises
    ------
    InputError
        The field is missing or of another type.
    """
    value = manifest.get(key)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        words = "missing, or of the wrong kind: not a finished run folder"
        raise InputError([Finding(str(folder / MANIFEST), 0, 0, key, words)])
    return value


def check_hashes(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Compare the files of a result with the hashes of its manifest; what differs, in words."""
    listed = stated(folder, manifest, "outputs", dict)
    return odd_in_words(folder) + changed_files(folder, listed, set(result_files(folder)))


def odd_in_words(folder: Path) -> list[str]:
    """Whatever is neither a folder nor an ordinary file."""
    return [
        f"{name}: is no ordinary file (a link, a pipe or a device)" for name in odd_files(folder)
    ]


def changed_files(
    folder: Path, listed: dict[str, Any], there: set[str], since: str = "run"
) -> list[str]:
    """Compare the files of a result with the hashes of a list.

    Parameters
    ----------
    folder : Path
        The result folder.
    listed : dict
        Hash by file name.
    there : set of str
        Names of the files that are there.
    since : str
        What made the result, for messages.

    Returns
    -------
    list of str
        What differs, in words.
    """
    wrong = [f"{name}: missing" for name in sorted(listed.keys() - there)]
    wrong += [f"{name}: not part of the {since}" for name in sorted(there - listed.keys())]
    wrong += [
        f"{name}: changed since the {since}"
        for name in sorted(listed.keys() & there)
        if sha256(folder / name) != listed[name]
    ]
    return wrong


def check_inputs(folder: Path, scenario: Scenario, manifest: dict[str, Any]) -> list[str]:
    """Compare the inputs read today with those of the run.

    A rule pack that is shipped with the planner is read from this installation, which may have
    changed since.

    Parameters
    ----------
    folder : Path
        The result folder.
    scenario : Scenario
        The scenario read from it.
    manifest : dict
        Content of run.json.

    Returns
    -------
    list of str
        What differs, in words.
    """
    named, read = stated(folder, manifest, "inputs", dict), input_hashes(scenario)
    wrong = [
        f"{name}: differs from the input of the run"
        for name, value in read.items()
        if named.get(name) != value
    ]
    inside = {name for name in named if not (name.startswith(OUTSIDE) and _compares(manifest))}
    wrong += [
        f"{name}: named as an input, but the scenario does not read it"
        for name in sorted(inside - read.keys())
    ]
    kept = {
        path.removeprefix(f"{INPUTS}/")
        for path in result_files(folder)
        if path.startswith(f"{INPUTS}/")
    }
    wrong += [
        f"{INPUTS}/{name}: the scenario does not read it" for name in sorted(kept - read.keys())
    ]
    wrong += [
        f"{INPUTS}/{name}: the copy differs from the input of the run"
        for name in sorted(kept & read.keys())
        if sha256(folder / INPUTS / name) != read[name]
    ]
    return wrong


def _compares(manifest: dict[str, Any]) -> bool:
    """Whether this is a comparison, which may have contracts from outside the scenario."""
    return stated(Path(), manifest, "options", dict).get("command") == "compare"


def scenario_path(folder: Path, manifest: dict[str, Any]) -> Path:
    """Path of the scenario kept in a result; InputError where it is not among its inputs."""
    name = stated(folder, manifest, "scenario", str)
    if name not in stated(folder, manifest, "inputs", dict):
        words = "not among the inputs: not a finished run folder"
        raise InputError([Finding(str(folder / MANIFEST), 0, 0, "scenario", words)])
    path = folder / INPUTS / name
    if not path.resolve().is_relative_to((folder / INPUTS).resolve()):
        raise InputError(
            [Finding(str(folder / MANIFEST), 0, 0, "scenario", "leads out of the run folder")]
        )
    return path


def other_versions(manifest: dict[str, Any]) -> str:
    """Say how the versions of a result differ from those installed here; empty if they do not."""
    made, here = manifest.get("versions"), versions()
    if not isinstance(made, dict):
        return "made with versions that run.json does not state"
    differ = [name for name in here if made.get(name) != here[name]]
    return f"made with {_listed(made, differ)}; here {_listed(here, differ)}" if differ else ""


def _listed(found: dict[str, Any], names: list[str]) -> str:
    return ", ".join(f"{name} {found.get(name, '(unknown)')}" for name in names)
