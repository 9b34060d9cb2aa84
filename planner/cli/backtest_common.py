"""Options that a back-test of either kind takes."""

from __future__ import annotations

from dataclasses import dataclass

from planner.cli.log_options import LogReading


@dataclass(frozen=True, kw_only=True)
class Common:
    """Options of a back-test of either kind."""

    horizon_days: int
    lead_days: int
    paths: int
    holidays: str | None
    reading: LogReading
    settings: tuple[str, ...]
    seed: int | None
    jobs: int | None
    lang: str
    force: bool
    as_json: bool
    quiet: bool
    verbose: bool
    no_color: bool
