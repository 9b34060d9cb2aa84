"""Where a whole command spends its time: seconds, processor seconds and memory of each stage.

The command runs as a user runs it, in a process of its own. Its stages are those that it tells;
processor seconds are those of the whole tree of processes, read ten times a second, so that a stage
is right to about a tenth. Memory is what all processes hold together, shared pages counted once
(the sum of their proportional sizes). Several programs are run in turns, to be compared.

    python benchmarks/cli/stages.py COMMAND SCENARIO [--program PLANNER ...] [--rounds R] [--json]

COMMAND is `plan`, `plan --draft`, `run` or `compare`; PLANNER the program of an environment, by
default that of this one. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import table

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
EVERY_S = 0.1
MEMORY_EVERY = 5  # samples: reading proportional sizes takes longer
START = "(start)"
OWN = f"{sys.executable} -m planner"


@dataclass
class Measured:
    """One run of a command.

    Attributes
    ----------
    wall_s, processor_s : dict of str to float
        Seconds by stage.
    peak_bytes : int
        Most memory of all processes together.
    draft_s : float, optional
        Seconds until the draft plan was told.
    said : list of str
        Last lines.
    """

    wall_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    processor_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    peak_bytes: int = 0
    draft_s: float | None = None
    said: list[str] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """Seconds of the whole command."""
        return sum(self.wall_s.values())

    @property
    def processor(self) -> float:
        """Processor seconds of the whole command."""
        return sum(self.processor_s.values())


def tree(root: int) -> dict[int, float]:
    """Processor seconds of a process and all its descendants, by number."""
    parents, seconds = {}, {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                words = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:  # gone in between
                continue
            parents[int(entry.name)] = int(words[1])
            seconds[int(entry.name)] = (int(words[11]) + int(words[12])) / TICKS_PER_S
    found = {root}
    while more := {p for p, parent in parents.items() if parent in found} - found:
        found |= more
    return {p: seconds[p] for p in found if p in seconds}


def bytes_held(processes: dict[int, float]) -> int:
    """Proportional sizes of processes."""
    total = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    return total


def measure(program: str, command: list[str], scenario: Path) -> Measured:
    """Run a command once."""
    found, stage, began = Measured(), START, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        words = [*program.split(), *command, str(scenario), "-o", f"{folder}/result"]
        process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        told: list[str] = []

        def listen() -> None:
            assert process.stderr is not None
            for line in process.stderr:
                told.append(line.rstrip())

        listener = threading.Thread(target=listen)
        listener.start()
        known: dict[int, float] = {}
        last, samples = began, 0
        while process.poll() is None:
            time.sleep(EVERY_S)
            now, read = time.perf_counter(), tree(process.pid)
            found.wall_s[stage] += now - last
            found.processor_s[stage] += sum(s - known.get(p, 0.0) for p, s in read.items())
            known, last, samples = {**known, **read}, now, samples + 1
            if samples % MEMORY_EVERY == 0:
                found.peak_bytes = max(found.peak_bytes, bytes_held(read))
            while told:
                line = told.pop(0)
                found.said.append(line)
                if line.endswith(" ..."):
                    stage = line.removesuffix(" ...").split(" (")[0]
                if line.startswith("Draft plan") and found.draft_s is None:
                    found.draft_s = now - began
        listener.join()
    if process.returncode:
        raise SystemExit("\n".join([" ".join(words), *found.said, *told]))
    return found


def as_object(found: Measured) -> dict[str, Any]:
    """The figures, rounded."""
    return {
        "wall_s": round(found.wall, 1),
        "processor_s": round(found.processor, 1),
        "peak_mb": found.peak_bytes >> 20,
        "draft_s": None if found.draft_s is None else round(found.draft_s, 1),
        "stages": {
            stage: (round(found.wall_s[stage], 1), round(found.processor_s[stage], 1))
            for stage in found.wall_s
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["plan", "plan --draft", "run", "compare"])
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--program", action="append", help="command line of a planner")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    programs = asked.program or [OWN]
    rounds: dict[str, list[Measured]] = {program: [] for program in programs}
    for _ in range(asked.rounds):
        for program in programs:
            rounds[program].append(measure(program, asked.command.split(), asked.scenario))
    if asked.json:
        found = {p: [as_object(m) for m in several] for p, several in rounds.items()}
        print(json.dumps(found, indent=1))
        return
    for number, (program, several) in enumerate(rounds.items()):
        middle = sorted(several, key=lambda m: m.wall)[len(several) // 2]
        print(f"\nprogram {number + 1}: `{program}`; a run of {asked.rounds}, the middle one\n")
        rows = [
            (stage, f"{middle.wall_s[stage]:.1f}", f"{middle.processor_s[stage]:.1f}")
            for stage in middle.wall_s
        ]
        draft = "" if middle.draft_s is None else f"; draft plan after {middle.draft_s:.1f} s"
        rows.append(("**all**", f"{middle.wall:.1f}", f"{middle.processor:.1f}"))
        print(table(("stage", "seconds", "processor seconds"), rows))
        print(f"\nmemory of all processes {middle.peak_bytes / 2**30:.2f} GB{draft}")
    first = rounds[programs[0]]
    for program in programs[1:]:
        pairs = list(zip(first, rounds[program], strict=True))
        wall = statistics.median(a.wall / b.wall for a, b in pairs)
        processor = statistics.median(a.processor / b.processor for a, b in pairs)
        print(f"\nprogram 1 takes {wall:.2f} x the seconds of `{program}`, {processor:.2f} x the")
        print("processor seconds (median of the rounds)")


if __name__ == "__main__":
    main()
