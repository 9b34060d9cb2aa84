"""All benchmarks, one after the other, as markdown for the README: `python benchmarks [--quick]`.

Each is a program of its own with its own options; this one gives every figure the command that made
it. Not among them: `certified.py` and `origins.py`, which ask how far certificates and forecasts
can be trusted, not how fast anything is.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARIES = ("numpy", "simpy", "numba", "ciw", "salabim", "ortools")
QUICK = {  # the whole is meant for half an hour, this for about three minutes
    "simulation/engines.py": ("--orders", "15000", "--days", "1", "--rounds", "1"),
    "simulation/workers.py": ("--orders", "500000", "--replications", "8", "--rounds", "1"),
    "simulation/scaling.py": ("--orders", "10000", "100000", "1000000"),
    "planning/scaling.py": ("--days", "4", "7", "--sites", "1", "2", "--scenarios", "12"),
    "planning/large_promotion.py": ("--quick",),
    "planning/contract_selection.py": ("--rounds", "1"),
    "cli/startup.py": ("--rounds", "2"),
    "rating/pricing.py": ("--parcels", "20000"),
    "rating/clauses.py": ("--changes", "40", "--rounds", "1"),
    "formats/order_log.py": ("--rows", "200000"),
    "formats/date_forms.py": ("--quick",),
}
WHOLE = {**dict.fromkeys(QUICK, ()), "simulation/workers.py": ("--dask",)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes, about three minutes")
    options = QUICK if parser.parse_args().quick else WHOLE
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    print(
        (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
            f"{versions}"
        ),
        flush=True,
    )
    for script, words in options.items():
        print(f"\n`{' '.join(['python', f'benchmarks/{script}', *words])}`\n", flush=True)
        subprocess.run([sys.executable, str(HERE / script), *words], check=True)


if __name__ == "__main__":
    main()
