"""`planner verify`: prove a result folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available
from planner.errors import ExitCode

if TYPE_CHECKING:
    from planner.studies.verification.proof import Proof


@click.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--full",
    envvar="PLANNER_FULL",
    is_flag=True,
    help=(
        "Simulate every replication again, and make all tables and reports again; may take as "
        "long as the run."
    ),
)
@opt.jobs_option
@opt.json_option
@opt.quiet_option
@opt.no_color_option
def command(
    *, folder: Path, full: bool, jobs: int | None, as_json: bool, quiet: bool, no_color: bool
) -> int:
    """Prove a result from the inputs it keeps, and say what was proved and what was not.

    Hashes, every rule of the plan, the certificate, costs and tables are computed again without the
    solver; the first replications are simulated again from the seed. Exit code 0 when everything
    holds.

    \b
    planner verify reports/my-promo
    planner verify reports/my-promo --full
    """  # noqa: D301 - click needs the character itself
    from planner.cli.progress import Progress
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext
    from planner.studies.verification.verify import verify

    with Progress(quiet, no_color) as progress:
        context = RunContext(executor=Executor(available(jobs)), listener=progress)
        with context.executor.open():
            proof = verify(folder, full, context)
    messages.emit(proof.as_object(), as_json, _lines(folder, proof), quiet and proof.verified)
    return ExitCode.DONE if proof.verified else ExitCode.ERROR


def _lines(folder: Path, proof: Proof) -> list[str]:
    """The verdict, and the proof in words."""
    lines = [f"{folder}: {_verdict(proof)}"]
    for head, sentences in (
        ("wrong:", proof.findings),
        (
            "not comparable (not as the run says, but made with other versions):",
            proof.not_comparable,
        ),
        ("proved:", proof.proved),
        ("not proved:", proof.not_proved),
    ):
        lines += [head, *(f"- {words}" for words in sentences)] if sentences else []
    return lines


def _verdict(proof: Proof) -> str:
    if proof.findings:
        return f"{len(proof.findings)} finding(s)"
    return "not comparable" if proof.not_comparable else "verified"
