"""`planner open`: finished runs in a browser."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.errors import ExitCode


@click.command("open")
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--port",
    envvar="PLANNER_PORT",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Port to listen on (default: a free one).",
)
@click.option(
    "--no-browser",
    envvar="PLANNER_NO_BROWSER",
    is_flag=True,
    help="Print the address, and start no browser.",
)
@opt.lang_option
@opt.quiet_option
def command(*, folder: Path, port: int, no_browser: bool, lang: str, quiet: bool) -> int:
    """Show the runs of a folder in a browser: a list, the report, figures and tables of each run,
    and two of them side by side.

    DIR is a folder of runs, such as reports, or one run. The address holds a token, and only who
    has it sees anything; only this machine can connect, nothing is written, and nothing is sent
    anywhere. Ctrl-C ends it.

    \b
    planner open reports
    planner open reports --no-browser --port 8765
    """  # noqa: D301 - click needs the character itself
    from planner.reporting.language.labels import language
    from planner.run_browser.server import RunServer

    def tell(words: str) -> None:
        messages.say(words, quiet=False)

    with RunServer(folder, port, language(lang), tell) as server:
        messages.emit({}, False, [server.address])
        messages.say("Ctrl-C ends it", quiet)
        if not no_browser and _has_screen():
            threading.Thread(
                target=webbrowser.open, args=(server.address_once(),), daemon=True
            ).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:  # the way in which it ends
            return ExitCode.DONE
    return ExitCode.DONE


def _has_screen() -> bool:
    """Whether somebody sits here; a browser in the terminal would take the terminal."""
    always = os.name == "nt" or sys.platform == "darwin"
    screen = always or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))
    return sys.stdout.isatty() and screen
