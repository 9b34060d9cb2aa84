"""Values that are set from outside (`--set PATH=VALUE`) in documents that were read.

They take their places before anything is validated, so that the same schema checks them. A path is
one that findings print: keys, and items of lists by number or by name. A finding about such a value
names the setting as its place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.errors import Finding
from planner.formats.base.findings import Findings, shown
from planner.formats.base.similar_names import nearest
from planner.formats.base.yaml_source import (
    Document,
    Key,
    KeyPath,
    SetFrom,
    UnquotedText,
    parse_yaml,
)

OPTION = "--set"
MOST = 200
_NULLS = ("~", "null", "Null", "NULL")
# what an item of a list is known by, where that is not its name
_KEYS = {"regions": "region", "products": "product", "zones": "region", "collections": "contract"}

_NAMED = {"processes": "process", "rates": "zone"}  # mappings by names, and what these name

Names = Callable[[KeyPath, list[Any]], list[tuple[str, ...]]]  # of each item, none or several


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One value that is set.

    Attributes
    ----------
    path : str
        Where it belongs, as given.
    steps : tuple of str
        The path from the document it is applied to.
    value : Any
        The value, as YAML 1.2 reads it.
    written : str
        The value as it was written.
    """

    path: str
    steps: tuple[str, ...]
    value: Any
    written: str

    @property
    def place(self) -> str:
        """How findings name it."""
        return f"{OPTION} {self.path}"


class _Refused(Exception):
    """The path leads nowhere; the message says why."""


def read_settings(texts: Iterable[str], findings: Findings) -> list[Setting]:
    """Read settings.

    Parameters
    ----------
    texts : iterable of str
        Each PATH=VALUE. A value is read as YAML, where a time of day needs no quotes.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    list of Setting
        Those that can be read.
    """
    texts = list(texts)
    if len(texts) > MOST:
        words = f"is given {len(texts):,} times; at most {MOST} are read: change the files instead"
        findings.found.append(Finding(OPTION, 0, 0, "", words))
        return []
    settings = []
    for text in texts:
        path, equals, written = text.partition("=")
        path = path.strip()
        place = f"{OPTION} {path or text}"
        if not (path and equals and all(path.split("."))):
            words = f"must be PATH=VALUE, such as demand.scale=1.2, got {shown(text)}"
            findings.found.append(Finding(OPTION, 0, 0, "", words))
            continue
        value, wrong = _value(written, place)
        findings.found += wrong
        if not wrong:
            steps = tuple(path.split("."))
            settings.append(Setting(path=path, steps=steps, value=value, written=written.strip()))
    return settings


def _value(written: str, place: str) -> tuple[Any, list[Finding]]:
    """A value as YAML reads it, and what is wrong with it."""
    if not written.strip():
        return None, [Finding(place, 0, 0, "", "has no value; null takes the default of the key")]
    if written.strip() in _NULLS:
        return None, []
    document, found = parse_yaml(written, place)
    return _quoted(document.data), [replace(f, line=0, column=0, field="") for f in found]


def _quoted(value: Any) -> Any:
    """The value with all texts as if they stood in quotes: a shell takes quotes away."""
    if isinstance(value, dict):
        return {key: _quoted(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_quoted(part) for part in value]
    return str(value) if isinstance(value, UnquotedText) else value


def stated_names(path: KeyPath, items: list[Any]) -> list[tuple[str, ...]]:
    """The names by which each item of a list is known; people of a site also as site/crew."""
    key = _KEYS.get(str(path[-1]) if path else "", "name")
    stated = [item if isinstance(item, dict) else {} for item in items]
    return [
        tuple(
            name
            for name in (item.get(key), f"{item.get('site')}/{item.get(key)}")
            if isinstance(name, str) and item.get(key) and (name == item[key] or item.get("site"))
        )
        for item in stated
    ]


def apply_settings(
    document: Document,
    settings: Sequence[Setting],
    findings: Findings,
    *,
    files: Collection[str] = (),
    names: Names = stated_names,
) -> None:
    """Set values in a document.

    Parameters
    ----------
    document : Document
        The document, which is changed.
    settings : sequence of Setting
        What is set.
    findings : Findings
        Takes paths that lead nowhere.
    files : collection of str
        Top keys whose values may be names of files: what is set in such a file is kept in
        `document.in_files`, by the place of the name.
    names : callable
        Names of the items of a list at a path.
    """
    taken: dict[KeyPath, str] = {}
    for setting in settings:
        try:
            _apply(document, setting, taken, files=files, names=names)
        except _Refused as refusal:
            findings.found.append(Finding(setting.place, 0, 0, "", str(refusal)))


def _apply(
    document: Document,
    setting: Setting,
    taken: dict[KeyPath, str],
    *,
    files: Collection[str],
    names: Names,
) -> None:
    """Walk along the path, with mappings where none is stated, and set the value at its end."""
    node: Any = document.data
    path: KeyPath = ()
    steps = setting.steps
    while True:
        key, steps = _step(node, path, steps, names)
        path = (*path, key)
        if not steps:
            _take(path, setting, taken)
            node[key] = setting.value
            document.set_from[path] = SetFrom(setting.place, path)
            return
        if isinstance(node, dict) and node.get(key) is None:
            _refuse_unknown(node, path)
            node[key] = {}
            document.set_from[path] = SetFrom(setting.place, (*path, *steps))
        node = node[key]
        if isinstance(node, str) and path[0] in files:
            document.in_files.setdefault(path, []).append(replace(setting, steps=steps))
            return
        if not isinstance(node, (dict, list)):
            raise _Refused(_no_parts(path, node, files))


def _refuse_unknown(node: dict[Any, Any], path: KeyPath) -> None:
    """Refuse a part of what is not there under a name: most likely the name is misspelt."""
    kind = _NAMED.get(str(path[-2])) if len(path) > 1 else None
    if kind is None:
        return
    name = str(path[-1])
    hint = nearest(name, [str(known) for known in node])
    raise _Refused(f"no such {kind}, got {shown(name)}{hint} (a new one is set as a whole)")


def _no_parts(path: KeyPath, node: Any, files: Collection[str]) -> str:
    """Why the path does not lead on from a value, and what can be set instead."""
    at = ".".join(map(str, path))
    if not isinstance(node, str):
        return f"{at} is {shown(node)}, which has no parts: set {at} itself"
    parts = f" (what can be set in files: parts of {', '.join(files)})" if files else ""
    return (
        f"{at} is {shown(node)}, of which no part can be set{parts}: set {at}, or change the file"
    )


def _take(path: KeyPath, setting: Setting, taken: dict[KeyPath, str]) -> None:
    """Remember that a value is set; refuse two settings of one value, or of a part of it."""
    for other, place in taken.items():
        shorter = min(len(other), len(path))
        if other[:shorter] == path[:shorter]:
            raise _Refused(f"sets the same value as {place}, or a part of it: keep one of them")
    taken[path] = setting.place


def _step(
    node: Any, path: KeyPath, steps: tuple[str, ...], names: Names
) -> tuple[Key, tuple[str, ...]]:
    """The next key or number, and the steps after it; a name may hold dots."""
    heads = [(".".join(steps[:n]), steps[n:]) for n in range(1, len(steps) + 1)]
    if isinstance(node, dict):
        return next(((head, rest) for head, rest in heads if head in node), heads[0])
    known = names(path, node)
    for head, rest in heads:
        numbers = [k for k, of_item in enumerate(known) if head in of_item]
        if len(numbers) > 1:
            raise _Refused(_several(path, head, [known[k] for k in numbers], numbers))
        if numbers:
            return numbers[0], rest
    return _numbered(steps[0], path, known), steps[1:]


def _several(path: KeyPath, name: str, known: list[tuple[str, ...]], numbers: list[int]) -> str:
    """What to write instead of a name that several items have."""
    at = ".".join(map(str, path))
    others = [
        next((n for n in of_item if n != name), str(k))
        for of_item, k in zip(known, numbers, strict=True)
    ]
    listed = " or ".join(f"{at}.{other}" for other in others)
    return f"several items of {at} are called {shown(name)}: write {listed}"


def _numbered(step: str, path: KeyPath, known: list[tuple[str, ...]]) -> int:
    """The number of an item; refuse one that is not there."""
    if step.isascii() and step.isdigit() and int(step) < len(known):
        return int(step)
    at = ".".join(map(str, path))
    if not known:
        raise _Refused(f"{at} is empty: set {at} itself")
    named = list(dict.fromkeys(of_item[0] for of_item in known if of_item))
    numbers = "0" if len(known) == 1 else f"0 to {len(known) - 1}"
    words = f"{at} has no item {shown(step)}; its items are numbered {numbers}"
    raise _Refused(words if step.isdigit() or not named else words + nearest(step, named))
