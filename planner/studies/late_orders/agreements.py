"""What was agreed with couriers and platform: contracts, times of collection, the rule pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.domain.contracts import Contract
from planner.domain.horizon import Horizon
from planner.domain.platform import PlatformRule
from planner.errors import Finding, InputError
from planner.formats.base.findings import Findings, closest, shown
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.base.yaml_source import load_yaml
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.scenario.platform_schema import PlatformFile
from planner.formats.scenario.platforms import pack_names, pack_path, read_pack, to_rule

ANY = ""  # name in the log of the contract that carries every order


@dataclass(frozen=True, kw_only=True)
class Agreements:
    """What was agreed.

    Attributes
    ----------
    contracts : dict
        Name in the log -> contract; `ANY`: where the log names none.
    collections : dict
        Name in the log -> seconds after midnight of its collections, rising.
    pack : PlatformFile or None
        The platform's rule as it is written.
    pack_name : str
        Its name.
    currency : str
        ISO 4217 code of all amounts; `NO_CURRENCY` where none is stated.
    warnings : tuple of str
        What the reader of a contract or rule should know.
    """

    contracts: dict[str, Contract]
    collections: dict[str, tuple[int, ...]]
    pack: PlatformFile | None
    pack_name: str
    currency: str
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = field(default=())

    def rule(self, horizon: Horizon) -> PlatformRule | None:
        """The platform's rule with its calendar around these days."""
        return None if self.pack is None else to_rule(self.pack, self.pack_name, horizon)

    def of_label(self, label: str) -> Contract | None:
        """The contract that a log calls so: as stated, by its name or by its label."""
        if label in self.contracts:
            return self.contracts[label]
        plain = _plain(label)
        for name, contract in self.contracts.items():
            if plain and plain in {_plain(name), _plain(contract.name), _plain(contract.label)}:
                return contract
        return self.contracts.get(ANY) if not label else None

    def collections_of(self, label: str) -> tuple[int, ...]:
        """Times of the collections of what a log calls so."""
        contract = self.of_label(label)
        names = {_plain(label)} | ({_plain(contract.name)} if contract else set())
        return next(
            (times for name, times in self.collections.items() if _plain(name) in names), ()
        )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def read_agreements(
    contracts: Sequence[tuple[str, Path]],
    platform: str | None,
    collections: Mapping[str, tuple[int, ...]],
    currency: str | None,
) -> Agreements:
    """Read contracts and rule pack; all amounts must be of one currency.

    Parameters
    ----------
    contracts : sequence of (str, Path)
        Name in the log ("" for the contract's own) and file of each contract.
    platform : str or None
        Name of a rule pack, or its file.
    collections : mapping
        Contract -> seconds after midnight of its collections.
    currency : str or None
        The currency of the log's prices; None: the one of the files.

    Returns
    -------
    Agreements
        What was agreed.

    Raises
    ------
    InputError
        With the findings in all files.
    """
    findings = Findings(Path())
    found: dict[str, Contract] = {}
    stated: dict[str, str] = {}
    for name, path in contracts:
        contract = _contract(path, stated, findings)
        if contract is None:
            continue
        label = name or (ANY if len(contracts) == 1 else contract.name)
        if _plain(label) in map(_plain, found):
            words = (
                f"a second contract of this name, {path.name}: give each file the name that the "
                "log calls it, as NAME=FILE"
            )
            findings.found.append(Finding("--contract", 0, 0, label, words))
        found[label] = contract
    pack, pack_name = (None, "") if platform is None else _pack(platform, stated, findings)
    used = currency or next((c for c in stated.values() if c != NO_CURRENCY), NO_CURRENCY)
    for file, own in stated.items():
        if own not in (used, NO_CURRENCY):
            words = (
                f"must be {used} as the others are, got {shown(own)}: amounts of different "
                "currencies are not added up; convert them first"
            )
            findings.found.append(Finding(file, 0, 0, "currency", words))
    known = {_plain(c.name) for c in found.values()} | {_plain(n) for n in found}
    for name in collections:
        if _plain(name) not in known:
            words = f"no such contract{_meant(name, [c.name for c in found.values()])}"
            findings.found.append(Finding("--collections", 0, 0, name, words))
    findings.raise_if_any()
    files = tuple(path for _, path in contracts)
    if platform is not None and Path(platform).suffix in (".yaml", ".yml"):
        files = (*files, Path(platform))
    return Agreements(
        contracts=found,
        collections=dict(collections),
        pack=pack,
        pack_name=pack_name,
        currency=used,
        warnings=tuple(findings.warnings),
        files=(*files, *findings.files),
    )


def _meant(name: str, known: Sequence[str]) -> str:
    meant = closest(name, known)
    return f"; did you mean {meant}?" if meant else "; name its file with --contract"


def _contract(path: Path, stated: dict[str, str], findings: Findings) -> Contract | None:
    """A contract in the currency it states; None with findings."""
    own = _currency_of(path)
    stated[path.name] = own
    try:
        return read_contract(
            path, ContractContext(own), warnings=findings.warnings, files=findings.files
        )
    except InputError as error:
        findings.found += error.findings
        return None


def _currency_of(path: Path) -> str:
    """The currency that a file states."""
    data = load_yaml(path, path.name)[0].data
    own = data.get("currency") if isinstance(data, dict) else None
    return own if isinstance(own, str) else NO_CURRENCY


def _pack(
    platform: str, stated: dict[str, str], findings: Findings
) -> tuple[PlatformFile | None, str]:
    """A rule pack by its name or file, and its name; None with findings."""
    if platform in pack_names():
        path, file = pack_path(platform), f"platforms/{platform}.yaml"
    elif platform.endswith((".yaml", ".yml")):
        path, file = Path(platform), Path(platform).name
        if not path.is_file():
            findings.found.append(Finding(platform, 0, 0, "", "no such file"))
            return None, ""
    else:
        meant = closest(platform, pack_names())
        words = f"no rule pack of this name, got {shown(platform)}" + (
            f"; did you mean {meant}?" if meant else ""
        )
        words += f"; the packs are {', '.join(pack_names())}, or name a file such as platform.yaml"
        findings.found.append(Finding("--platform", 0, 0, "", words))
        return None, ""
    own = _currency_of(path)
    stated[file] = own
    pack = read_pack(path, file, own, findings)
    return pack, (pack.name if pack is not None and pack.name else path.stem)
