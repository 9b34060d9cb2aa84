"""`planner verify`: prove a run folder."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import options as opt
from planner.errors import ExitCode


@click.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@opt.json_option
@opt.quiet_option
def command(folder: Path, as_json: bool, quiet: bool) -> int:
    """Re-check a run: hashes of all files, every rule of the plan without the solver, and the totals."""
    from planner.studies.verify import verify

    done, wrong = verify(folder)
    summary = {"verified": not wrong, "checks": done, "findings": wrong}
    head = f"{folder}: " + ("verified" if not wrong else f"{len(wrong)} finding(s)")
    details = (
        f"{done.get('hashes', 0)} files by hash; checks made: {', '.join(k for k in done if k != 'hashes') or 'none'}"
    )
    opt.emit(summary, as_json, [head, details, *(f"- {w}" for w in wrong)], quiet and not wrong)
    return ExitCode.ERROR if wrong else ExitCode.DONE
