"""Platform rules: a shipped rule pack by name, a file, or written out -> PlatformRule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from pydantic import ValidationError

from planner.domain.horizon import Horizon
from planner.domain.platform import (
    ForceMajeure,
    OrderHandlingCapacity,
    PlatformPart,
    PlatformRule,
)
from planner.domain.wording import counted
from planner.formats.base.findings import Findings, closest, shown
from planner.formats.base.settings import Setting, apply_settings
from planner.formats.base.shipped_files import configs_folder, first_comment
from planner.formats.base.value_types import NO_CURRENCY, stated_currency
from planner.formats.base.yaml_source import Document, KeyPath, load_yaml, of_other_kind
from planner.formats.scenario.calendar_schema import make_up_days, public_holidays
from planner.formats.scenario.platform_schema import (
    WEEKDAYS,
    ForceMajeureFile,
    PlatformFile,
    PlatformPartFile,
)

_CALENDAR_DAYS = 200  # days before and after the horizon for which a calendar is laid out


def pack_names() -> list[str]:
    """Names of the shipped rule packs."""
    return sorted(p.stem for p in (configs_folder() / "platforms").glob("*.yaml"))


_OTHERWISE = {
    "拼多多": "pinduoduo",
    "淘宝": "taobao",
    "天猫": "taobao",
    "抖音": "douyin",
    "快手": "kuaishou",
}


def pack_titles() -> dict[str, str]:
    """What each shipped rule pack is, what it counts and its deadline, in one line."""
    titles = {}
    for name in pack_names():
        path = pack_path(name)
        rule = load_yaml(path, path.name)[0].data
        days = rule.get("deadline_working_days")
        deadline = counted(days, "working day") if days else f"{rule['deadline_hours']:g} h"
        title = first_comment(path.read_text(encoding="utf-8"))
        titles[name] = f"{title.rstrip('.')} (counts {rule['counts']}, {deadline})"
    return titles


def pack_path(name: str) -> Path:
    """The file of a shipped rule pack."""
    return configs_folder() / "platforms" / f"{name}.yaml"


def load_platforms(
    document: Document,
    stated: str | PlatformFile | None,
    parts: Sequence[PlatformPartFile],
    currency: str,
    findings: Findings,
) -> list[PlatformFile | None]:
    """Read the rule that a scenario states under `platform`, or those under `platforms`.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    stated : str or PlatformFile, optional
        What stands under `platform`.
    parts : sequence of PlatformPartFile
        What stands under `platforms`.
    currency : str
        ISO 4217 code of the scenario.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    list of PlatformFile or None
        In order; None with findings.
    """
    places: list[tuple[KeyPath, str | PlatformFile]] = [
        (("platforms", i, "platform"), part.platform) for i, part in enumerate(parts)
    ]
    if stated is not None:
        places = [(("platform",), stated)]
    return [load_platform(document, at, rule, currency, findings) for at, rule in places]


def load_platform(
    document: Document,
    place: KeyPath,
    stated: str | PlatformFile,
    currency: str,
    findings: Findings,
) -> PlatformFile | None:
    """Read the rule that a scenario states in a place.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    place : KeyPath
        Where the rule stands.
    stated : str or PlatformFile
        Name of a rule pack, a file, or the rule itself.
    currency : str
        ISO 4217 code of the scenario.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    PlatformFile or None
        None with findings.
    """
    if isinstance(stated, PlatformFile):
        return stated
    changed = document.in_files.get(place, ())
    if stated in pack_names():
        findings.files.append(pack_path(stated))
        pack = pack_path(stated)
        return read_pack(pack, f"platforms/{stated}.yaml", currency, findings, changed)
    if not stated.endswith((".yaml", ".yml")):
        name = _OTHERWISE.get(stated) or closest(stated, pack_names())
        meant = f"; did you mean {name}?" if name else "."
        packs = (
            f"The packs are {', '.join(pack_names())} (planner init --list says what each counts)"
        )
        own = "or state the rule itself, such as {counts: handover, deadline_hours: 48}"
        words = f"no rule pack of this name, got {shown(stated)}{meant} {packs}; {own}"
        findings.add(document, place, words)
        return None
    path = findings.open(document, place, stated, "platform rule")
    return read_pack(path, stated, currency, findings, changed) if path else None


def read_pack(
    path: Path,
    file: str,
    currency: str,
    findings: Findings,
    settings: Sequence[Setting] = (),
) -> PlatformFile | None:
    """Read a rule pack; its currency, where money is stated, must be the scenario's.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its name, as messages show it.
    currency : str
        ISO 4217 code of the scenario.
    findings : Findings
        Takes what is wrong, and a warning where amounts of another currency are left out.
    settings : sequence of Setting
        Values in place of those of the file.

    Returns
    -------
    PlatformFile or None
        None with findings.
    """
    document, found = load_yaml(path, file)
    other = of_other_kind(document, "platform rule")
    findings.found += [*found, *other]
    if document.data is None or other:
        return None
    if isinstance(document.data, dict):
        apply_settings(document, settings, findings)
    states_own = isinstance(document.data, dict) and "currency" in document.data
    own = stated_currency(document.data["currency"]) if states_own else currency
    try:
        pack = PlatformFile.model_validate(document.data, context={"currency": own})
    except ValidationError as error:
        findings.add_errors(document, PlatformFile, error)
        return None
    money = pack.compensation.floor or pack.compensation.cap
    if money and pack.currency not in (currency, NO_CURRENCY):
        findings.warn(
            f"{file}: compensation is in {pack.currency}, the scenario in {currency}: floor and "
            "cap are left out"
        )
        plain = pack.compensation.model_copy(update={"floor": 0, "cap": 0})
        pack = pack.model_copy(update={"compensation": plain})
    return pack


def name_of_rule(stated: object, number: int | None = None) -> str:
    """What a rule is called that states no name: its pack or file, or its place among several."""
    if isinstance(stated, str):
        return stated
    return "inline" if number is None else f"platform-{number + 1}"


def to_rule(
    pack: PlatformFile,
    name: str,
    horizon: Horizon,
    force_majeure: Sequence[ForceMajeureFile] = (),
) -> PlatformRule:
    """Turn a stated rule into the domain's.

    Parameters
    ----------
    pack : PlatformFile
        Rule as written.
    name : str
        Its name, where the rule states none.
    horizon : Horizon
        Days that are planned; non-working days are listed around it.
    force_majeure : sequence of ForceMajeureFile
        Days that no platform scores, in addition to its own.

    Returns
    -------
    PlatformRule
        With the days that do not count, where working days count.
    """
    declared = pack.order_handling_capacity
    return PlatformRule(
        name=pack.name or name,
        counts=pack.counts,
        deadline_hours=pack.deadline_hours or 48.0,
        deadline_working_days=pack.deadline_working_days,
        cutoff_s=pack.cutoff,
        non_working=_non_working(pack, horizon),
        promise_hours=pack.promise_hours or None,
        share_of_paid=pack.compensation.share_of_paid,
        floor_minor=pack.compensation.floor,
        cap_minor=pack.compensation.cap,
        threshold_late_share=pack.late_share_limit,
        threshold_window_days=pack.threshold.window_days if pack.threshold else None,
        order_handling_capacity=None
        if declared is None
        else OrderHandlingCapacity(declared.extends_working_days, declared.pacing),
        remote_hub=pack.exemptions.remote_hub,
        force_majeure=tuple(
            ForceMajeure(days.from_, days.to, frozenset(days.regions))
            for days in (*pack.exemptions.force_majeure, *force_majeure)
        ),
        source=pack.source,
        retrieved=pack.retrieved.isoformat() if pack.retrieved else "",
        grade=pack.grade,
    )


def to_parts(
    stated: Sequence[PlatformPartFile], rules: Sequence[PlatformRule]
) -> tuple[PlatformPart, ...]:
    """The platforms after the first, with their shares."""
    return tuple(
        PlatformPart(
            rule=rule,
            share=part.share,
            share_by_region=dict(part.share_by_region),
            share_by_event=dict(part.share_by_event),
        )
        for part, rule in list(zip(stated, rules, strict=False))[1:]
    )


def _non_working(pack: PlatformFile, horizon: Horizon) -> frozenset[date]:
    """Days around the horizon that do not count as working days.

    A country's make-up days count, although they are a weekend.
    """
    first = horizon.start.date()
    around = range(-_CALENDAR_DAYS, horizon.days + _CALENDAR_DAYS)
    days = [first + timedelta(days=k) for k in around]
    off = {d for d in days if WEEKDAYS[d.weekday()] in pack.weekend} | set(pack.holidays)
    if pack.country:
        years = range(days[0].year, days[-1].year + 1)
        off -= make_up_days(pack.country, years)
        off |= set(public_holidays(pack.country, years))
        off |= set(pack.holidays)
    return frozenset(off - set(pack.working_days))
