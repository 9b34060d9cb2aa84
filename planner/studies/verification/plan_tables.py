"""Tables that follow from the plan and the inputs alone: byte for byte."""

from __future__ import annotations

from planner.documents.reading import DECISIONS
from planner.formats.plan_files import decision_tables
from planner.planning.validation.roster_rules import roster_violations
from planner.reporting.tables.plan_tables import plan_tables
from planner.studies.evaluated_plan import stock_need
from planner.studies.steps.forecast import forecast
from planner.studies.steps.roster_tables import roster_tables, tables_of
from planner.studies.verification.compare_files import different_tables
from planner.studies.verification.evidence import CHEAP_CELLS, MOST_CELLS, Evidence
from planner.studies.verification.plan_rules import different_decisions
from planner.studies.verification.proof import CheckResult

FORECASTS = ("forecast_hourly", "forecast_daily", "forecast_peak")


def check_plan_tables(evidence: Evidence) -> CheckResult:
    """Decisions with hours and costs, bookings, processes, shifts, assumptions, units needed."""
    problem, plan = evidence.problem, evidence.plan
    wrong = different_decisions(evidence, plan)
    decisions = decision_tables(problem, plan)
    frames = {**plan_tables(problem, plan), "stock_need": stock_need(problem, plan)}
    wrong += different_tables(evidence.folder, frames)
    names = [*decisions, *frames]
    words = f"hours, costs and bookings follow from the plan, to the cent ({', '.join(names)})"
    # what is simulated of the stock follows from the replications
    proved = _files(names) - _files(["stock"]) | {DECISIONS}
    return CheckResult(wrong, [words], files=proved)


def check_roster(evidence: Evidence) -> CheckResult:
    """The roster keeps every person's limits and fills the plan's places.

    The table of people follows from it. Where nobody has a name the roster is made again.
    """
    problem, plan, roster = evidence.problem, evidence.plan, evidence.stated_roster
    broken = roster_violations(problem, plan, roster, problem.horizon.reported_days)
    wrong = [f"tables/roster.csv: {v.words}" for v in broken]
    people = len({(row.site, row.person) for row in roster.rows})
    empty = sum(places.places for places in evidence.empty_places)
    fills = f"leaves {empty} of the plan's places empty" if empty else "fills the plan's places"
    words = [f"the roster {fills} and keeps the limits of {people} people"]
    made, again = evidence.roster_again, evidence.roster_again is not None
    frames = roster_tables(problem, plan, made) if again else tables_of(problem, roster)
    wrong += [] if wrong else different_tables(evidence.folder, frames)
    if again:
        words.append(f"made again, it is the same ({', '.join(frames)})")
    not_proved = [] if again else ["that no roster is fairer (use --full)"]
    return CheckResult(wrong, words, not_proved=not_proved, files=_files(list(frames)))


def check_forecast(evidence: Evidence) -> CheckResult:
    """The forecast's tables, from as many paths as the command draws."""
    if evidence.command not in ("run", "forecast"):
        return CheckResult()
    problem = evidence.problem
    paths = (
        evidence.context.options.sampling.forecast_paths
        if evidence.command == "run"
        else evidence.options["replications"]
    )
    cells = paths * problem.horizon.days * 24 * len(problem.regions)
    if cells > (MOST_CELLS if evidence.full else CHEAP_CELLS):
        more = "; use --full" if cells <= MOST_CELLS else ": too large to be drawn again"
        return CheckResult(
            not_proved=[f"the forecast of {paths:,} paths ({', '.join(FORECASTS)}{more})"]
        )
    wrong = different_tables(evidence.folder, forecast(problem, paths, problem.seed))
    words = f"the forecast, drawn again on {paths:,} paths, is the same ({', '.join(FORECASTS)})"
    return CheckResult(wrong, [words], files=_files(FORECASTS))


def _files(names: tuple[str, ...] | list[str]) -> set[str]:
    """Files of tables."""
    return {f"tables/{name}.csv" for name in names}
