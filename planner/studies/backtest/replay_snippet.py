"""`inputs.yaml`: what the log says of the scenario's inputs, to be pasted into it."""

from __future__ import annotations

from collections.abc import Sequence

from planner.studies.backtest.replay_rates import RateEstimate, Rates
from planner.studies.backtest.replay_scans import ScanEstimate

NOTHING = "# The log tells no rate of work and no scan delay.\n"


def snippet(source: str, rates: Rates | None, scans: Sequence[ScanEstimate]) -> str:
    """Write the estimates as YAML, with what is stated and the interval as comments.

    Parameters
    ----------
    source : str
        Name of the log.
    rates : Rates or None
        Rates of work.
    scans : sequence of ScanEstimate
        Scan delays.

    Returns
    -------
    str
        The text; every value is also a setting for `--set`.
    """
    told = [r for r in rates.estimates if r.estimated is not None] if rates is not None else []
    if not told and not scans:
        return NOTHING
    lines = [f"# Estimated from {source}. Put the values in place of those of the same keys, or:"]
    lines += [f"#   --set {rate.path}={rate.estimated:.2f}" for rate in told]
    lines += [f"#   --set {scan.path}={scan.estimated:.2f}" for scan in scans if scan.contract]
    lines += _rates(told)
    lines += _scans(scans)
    return "\n".join(lines) + "\n"


def _rates(rates: Sequence[RateEstimate]) -> list[str]:
    """The sites with their processes."""
    lines = ["sites:"] if rates else []
    for site in dict.fromkeys(rate.site for rate in rates):
        lines += [f"  - name: {site}", "    processes:"]
        for rate in (rate for rate in rates if rate.site == site):
            either = "; or another process is slow" if rate.reading == "either" else ""
            note = (
                f"stated {rate.stated:g}, 95 % interval {rate.low:.2f} to {rate.high:.2f}{either}"
            )
            lines.append(
                f"      {rate.process}: {{orders_per_hour: {rate.estimated:.2f}}}  # {note}"
            )
    return lines


def _scans(scans: Sequence[ScanEstimate]) -> list[str]:
    """The contracts with their scan delays; each stands in a file of its own."""
    lines = ["contracts:  # each in the file of its contract"] if scans else []
    for contract in dict.fromkeys(scan.contract for scan in scans):
        points = [scan for scan in scans if scan.contract == contract]
        values = ", ".join(f"{scan.point}: {scan.estimated:.2f}" for scan in points)
        notes = ", ".join(_note(scan) for scan in points)
        lines += [
            f"  - name: {contract}" if contract else '  - name: ""  # the log names no contract',
            f"    service: {{scan_delay_hours: {{{values}}}}}  # {notes}",
        ]
    return lines


def _note(scan: ScanEstimate) -> str:
    """What is stated, and the interval."""
    stated = "" if scan.stated is None else f", stated {scan.stated:g}"
    high = "unknown" if scan.high is None else f"{scan.high:.2f}"
    return f"{scan.point} {scan.low:.2f} to {high}{stated}"
