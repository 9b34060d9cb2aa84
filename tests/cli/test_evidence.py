"""`planner evidence`: late orders of a log, whose fault they are, and what can be asked back."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.cli.builders import CONTRACT, write_small
from tests.cli.conftest import call_here
from tests.forecasting.real_log import raw_log

REAL_LOG = raw_log()
PLATFORM = """\
name: mine
counts: first_scan
currency: CNY
deadline_hours: 24
compensation: {share_of_paid: 0.1, floor: 5, cap: 30}
threshold: {late_share: 0.5, window_days: 2}
source: rules of the shop's platform
retrieved: "2026-11-01"
grade: A
"""
SERVICE = (
    "service: {{scan_delay_hours: {{median: 1, p95: {p95}}}, late_refund: {{share: 0.5, days: {{home: 2}}}}, \
liability: 40}}\n"
)
# what became of it; then its cells
LOG = """\
order_id,ordered_at,approved_at,packed_at,handed_over_at,scanned_at,delivered_at,region,contract,price,weight_g
intime,2026-11-09 08:00,,,2026-11-09 12:00,2026-11-09 14:00,2026-11-10 12:00,浙江,near,100,900
scanned,2026-11-09 08:00,,,2026-11-09 18:00,2026-11-10 09:00,2026-11-11 12:00,浙江,near,100,900
refunded,2026-11-09 08:00,,,2026-11-09 18:00,2026-11-10 09:00,2026-11-12 12:00,浙江,near,100,1200
weightless,2026-11-09 08:00,,,2026-11-09 18:00,2026-11-10 09:00,2026-11-12 12:00,浙江,near,100,
lost,2026-11-09 08:00,,,2026-11-09 18:00,2026-11-10 09:00,,浙江,near,30,900
toolate,2026-11-09 08:00,,,2026-11-10 07:00,2026-11-10 09:00,2026-11-11 12:00,浙江,near,20,900
after,2026-11-09 08:00,,2026-11-10 08:30,2026-11-10 12:00,2026-11-10 13:00,2026-11-11 12:00,浙江,near,,900
missed,2026-11-09 08:00,,2026-11-09 11:00,2026-11-10 12:00,2026-11-10 13:00,2026-11-11 12:00,浙江,near,100,900
paid,2026-11-09 08:00,2026-11-09 13:00,,2026-11-10 09:00,2026-11-10 12:00,2026-11-11 12:00,浙江,near,100,900
stranger,2026-11-09 08:00,,,2026-11-09 18:00,2026-11-10 09:00,2026-11-11 12:00,浙江,快递丙,100,900
nohand,2026-11-09 08:00,,,,2026-11-10 09:00,2026-11-11 12:00,浙江,near,100,900
noscan,2026-11-09 08:00,,,2026-11-09 18:00,,,浙江,near,100,900
end,2026-12-20 08:00,,,2026-12-20 12:00,2026-12-20 13:00,2026-12-21 12:00,浙江,near,100,900
"""
OLD_RULE = (
    "platform: {counts: handover, deadline_hours: 48, compensation: {share_of_paid: 0.1, "
    "floor: 5, cap: 30},\n           threshold_late_share: 0.04}"
)
EXPECTED = {  # fault, reason, certainty, compensation, claim, its clause
    "scanned": ("courier", "scanned_late", "stated", 10, 0, ""),
    # first kilogram 2.10, 0.80 for the next: half of 2.90
    "refunded": ("courier", "scanned_late", "stated", 10, 1.45, "late_refund"),
    "weightless": ("courier", "scanned_late", "stated", 10, None, "late_refund"),
    "lost": ("courier", "scanned_late", "stated", 5, 30, "liability"),
    "toolate": ("warehouse", "handed_over_too_late", "stated", 5, 0, ""),
    "after": ("warehouse", "handed_over_late", "stated", 5, 0, ""),
    "missed": ("courier", "missed_collection", "stated", 10, 0, ""),
    "paid": ("customer", "paid_late", "stated", 10, 0, ""),
    "stranger": ("courier", "scanned_late", "assumed", 10, None, ""),
    "nohand": ("unknown", "no_hand_over", "assumed", 10, 0, ""),
}


def write_inputs(folder: Path, log: str = LOG) -> list[object]:
    """A log with its contract and platform: the arguments of the command."""
    folder.mkdir(parents=True, exist_ok=True)
    near = CONTRACT.format(name="near", home="2.10", away="6.00", remote="15.00")
    (folder / "near.yaml").write_text(near + SERVICE.format(p95=4), encoding="utf-8")
    (folder / "platform.yaml").write_text(PLATFORM, encoding="utf-8")
    (folder / "log.csv").write_text(log, encoding="utf-8")
    contract, platform = folder / "near.yaml", folder / "platform.yaml"
    agreed = ["--contract", f"near={contract}", "--collections", "near=12:00,18:00"]
    return [folder / "log.csv", "--platform", platform, *agreed]


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """A table of a result."""
    with (folder / f"tables/{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of the log above."""
    folder = tmp_path_factory.mktemp("evidence")
    done = call_here("evidence", *write_inputs(folder), "-o", folder / "out")
    assert done.code == 0, done.err
    return folder / "out"


def test_each_late_order_has_its_fault_and_claim(result: Path) -> None:
    """By hand, order by order."""
    found = {}
    for row in rows(result, "evidence"):
        claim = float(row["claim"]) if row["claim"] else None
        money = float(row["compensation"]), claim, row["claim_basis"]
        found[row["order"]] = (row["fault"], row["reason"], row["certainty"], *money)
    assert found == EXPECTED


def test_nothing_is_lost(result: Path) -> None:
    """Judged and not judged orders are all orders; sums by fault and by day are those of orders."""
    summary = json.loads((result / "summary.json").read_text(encoding="utf-8"))
    assert summary["orders"] == summary["judged"] + sum(summary["not_judged"].values()) == 13
    (left,) = rows(result, "not_judged")
    assert left == {"reason": "no_counted_moment", "orders": "1", "first": "noscan (line 13)"}
    paid = sum(compensation for *_, compensation, _, _ in EXPECTED.values())
    by_fault, by_day = rows(result, "evidence_summary"), rows(result, "penalties")
    assert sum(float(row["compensation"]) for row in by_fault) == pytest.approx(paid)
    assert sum(float(row["compensation_mean"]) for row in by_day) == pytest.approx(paid)
    assert summary["compensation"] == pytest.approx(paid)
    placed = rows(result, "late_by_day")
    assert [placed[0][k] for k in ("date", "orders", "late_orders", "courier", "warehouse")] == [
        "2026-11-09", "11", "10", "6", "2",
    ]  # fmt: skip
    assert by_day[0]["date"] == "2026-11-10"
    assert by_day[0]["crossing_probability"] == "1.0"
    assert by_day[-1]["crossing_probability"] == "0.0"
    assert by_day[-1]["crossed_probability"] == "1.0"


def test_days_of_force_majeure_cost_nothing(tmp_path: Path) -> None:
    """Their orders are the platform's matter, whatever else is wrong with them."""
    asked = write_inputs(tmp_path)
    days = 'exemptions: {force_majeure: [{from: "2026-11-10", to: "2026-11-10", regions: [浙江]}]}'
    (tmp_path / "platform.yaml").write_text(f"{PLATFORM}{days}\n", encoding="utf-8")
    assert call_here("evidence", *asked, "-o", tmp_path / "out").code == 0
    late = rows(tmp_path / "out", "evidence")
    assert {row["reason"] for row in late} == {"exempt"}
    assert {row["fault"] for row in late} == {"platform"}
    assert sum(float(row["compensation"]) for row in late) == 0
    (day,) = [r for r in rows(tmp_path / "out", "penalties") if float(r["orders_due_mean"]) > 0]
    assert day["date"] == "2026-12-21"
    assert call_here("verify", tmp_path / "out").code == 0


def test_doubts_are_said_with_their_rows(result: Path) -> None:
    """An unknown contract, an amount that is not known."""
    warnings = json.loads((result / "summary.json").read_text(encoding="utf-8"))["warnings"]
    assert any("快递丙" in words and "line 11" in words for words in warnings)
    assert any("1 late order without a price" in words for words in warnings)
    assert any("claim whose amount is not known" in words for words in warnings)


def test_the_result_is_proved_and_listed(result: Path) -> None:
    """A changed sum is found although the hash is made to fit."""
    done = call_here("verify", result, "--json")
    assert (done.code, done.json()["findings"]) == (0, [])
    from planner.run_browser.pages import run_page, table_page
    from planner.run_browser.runs import RunFolders

    (run,) = RunFolders(result).runs()
    assert (run.command, run.damage) == ("evidence", "")
    assert all(len(table_page(run, name, "zh")) for name in ("evidence", "penalties"))
    assert "evidence" in run_page(run, "en")


def test_two_of_them_are_not_compared(result: Path) -> None:
    """There is no scenario to compare, which is said."""
    done = call_here("diff", result, result)
    assert done.code == 3
    assert "no scenario to compare" in done.err


def test_a_fault_that_does_not_follow_is_found(tmp_path: Path) -> None:
    """Also where somebody has sealed the folder again."""
    from planner.output import hashes

    assert call_here("evidence", *write_inputs(tmp_path), "-o", tmp_path / "out").code == 0
    table, run = tmp_path / "out/tables/evidence.csv", tmp_path / "out/run.json"
    table.write_text(table.read_text("utf-8").replace(",warehouse,", ",courier,"), "utf-8")
    manifest = json.loads(run.read_text("utf-8"))
    manifest["outputs"] = hashes(tmp_path / "out", "run.json")
    run.write_text(json.dumps(manifest), "utf-8")
    done = call_here("verify", tmp_path / "out")
    assert done.code == 1
    assert "the fault does not follow from the reason" in done.out + done.err


def test_nothing_personal_is_copied(tmp_path: Path) -> None:
    """Names and addresses of a log stand in no file of the result."""
    lines = LOG.splitlines()
    log = "\n".join([f"{lines[0]},buyer", *(f"{line},Ms Secret" for line in lines[1:])])
    out = tmp_path / "out"
    assert call_here("evidence", *write_inputs(tmp_path, log), "-o", out, "--lang", "zh").code == 0
    assert not [p for p in out.rglob("*") if p.is_file() and b"Secret" in p.read_bytes()]


def test_the_same_log_gives_the_same_bytes(tmp_path: Path) -> None:
    """Tables, workbook and sheets."""
    asked = write_inputs(tmp_path)
    files = []
    for name in ("a", "b"):
        assert call_here("evidence", *asked, "-o", tmp_path / name).code == 0
        files.append({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()})
    assert files[0] == files[1]


def test_amounts_of_different_currencies_are_refused(tmp_path: Path) -> None:
    """All files at once, before anything is written."""
    asked = write_inputs(tmp_path)
    text = (tmp_path / "near.yaml").read_text("utf-8").replace("currency: CNY", "currency: USD")
    (tmp_path / "near.yaml").write_text(text, "utf-8")
    done = call_here("evidence", *asked, "--currency", "EUR", "-o", tmp_path / "out")
    assert done.code == 3
    assert "near.yaml: currency: must be EUR" in done.err
    assert "platform.yaml: currency: must be EUR" in done.err
    assert not (tmp_path / "out").exists()


def test_two_contracts_of_one_name_are_refused(tmp_path: Path) -> None:
    """The second would take the place of the first, and claims would follow the wrong prices."""
    asked = write_inputs(tmp_path)
    again = ("--contract", f"Near={tmp_path / 'near.yaml'}")
    done = call_here("evidence", *asked, *again, "-o", tmp_path / "out")
    assert done.code == 3
    assert "--contract: Near: a second contract of this name, near.yaml" in done.err
    assert not (tmp_path / "out").exists()


def test_evidence_is_no_plan(result: Path, tmp_path: Path) -> None:
    """Given as a plan, its folder is refused by what it is, not by the tables it lacks."""
    scenario = write_small(tmp_path / "scenario")
    done = call_here("simulate", scenario, "--plan", result, "-o", tmp_path / "out")
    assert done.code == 3
    assert "is evidence, which holds no plan: give a folder of plan, replan" in done.err
    assert "tables/" not in done.err


def test_the_columns_that_were_recognised_are_said(tmp_path: Path) -> None:
    """A person can see that the right moment is taken for the hand-over."""
    log = tmp_path / "log.csv"
    log.write_text("下单时间,发货时间,最晚发货时间\n2026-11-11,2026-11-14,2026-11-13\n", "utf-8")
    done = call_here("evidence", log, "-o", tmp_path / "out")
    assert done.code == 0, done.err
    assert "handed_over_at is read from 发货时间" in done.out
    assert "warehouse: 1 late order" in done.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--columns deadline=NAME, or the platform"),
        (("--platform", "taobo"), "did you mean taobao"),
        (("--platform", "kuaishou", "--counts", "delivered"), "--columns delivered_at=NAME"),
        (("--platform", "kuaishou", "--collections", "far=12:00"), "no such contract"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    """With the option that states it."""
    log = tmp_path / "log.csv"
    log.write_text("ordered_at,handed_over_at\n2026-11-11,2026-11-12\n", "utf-8")
    done = call_here("evidence", log, *options, "-o", tmp_path / "out")
    assert done.code == 3
    assert words in done.err


@pytest.mark.usefixtures("undrawn")
def test_a_simulated_log_is_judged_as_it_was_simulated(tmp_path: Path) -> None:
    """One courier scans much later than agreed: its faults, and the warehouse's, are the truth."""
    rule = "platform: {counts: first_scan, deadline_hours: 24, compensation: {floor: 5, cap: 5}}"
    small = write_small(
        tmp_path / "small", {OLD_RULE: rule, "days: 4, tail_days: 0": "days: 2, tail_days: 1"}
    )
    agreed: list[object] = []
    for name, p95 in (("near", 20), ("far", 3)):
        path = small / f"{name}.yaml"
        text = path.read_text("utf-8")
        path.write_text(
            f"{text}service: {{scan_delay_hours: {{median: 1, p95: {p95}}}}}\n", "utf-8"
        )
        (small / f"agreed-{name}.yaml").write_text(
            f"{text}service: {{scan_delay_hours: {{median: 1, p95: 3}}}}\n", "utf-8"
        )
        agreed += ["--contract", small / f"agreed-{name}.yaml"]
    (small / "platform.yaml").write_text(
        "name: mine\n" + rule.removeprefix("platform: {").removesuffix("}").replace(", ", "\n", 2),
        "utf-8",
    )
    run = tmp_path / "run"
    asked = ("--replications", 1, "--jobs", 1, "--quiet")
    assert call_here("simulate", small, "-o", run, *asked).code == 0
    done = call_here(
        "evidence", run / "tables/orders.csv", *agreed, "--platform", small / "platform.yaml",
        "--collections", "near=12:00,18:00", "--collections", "far=18:00", "-o", tmp_path / "out",
    )  # fmt: skip
    assert done.code == 0, done.err
    truth = {}
    for row in rows(run, "orders"):
        if row["on_time"] == "no":
            handed_over, deadline = (
                datetime.fromisoformat(row[k]) for k in ("handed_over_at", "deadline")
            )
            in_time = handed_over + timedelta(hours=3) <= deadline
            truth[row["order"]] = "courier" if in_time else "warehouse"
    found = {row["order"]: row["fault"] for row in rows(tmp_path / "out", "evidence")}
    assert found == truth
    assert set(truth.values()) == {"courier", "warehouse"}
    (cost,) = [row for row in rows(run, "costs") if row["name"] == "compensation"]
    by_day = rows(tmp_path / "out", "penalties")
    paid = sum(float(row["compensation_mean"]) for row in by_day)
    assert paid == pytest.approx(float(cost["amount"])) == pytest.approx(5 * len(truth))


@pytest.mark.usefixtures("undrawn")
def test_refunds_are_those_of_the_simulated_couriers(tmp_path: Path) -> None:
    """Where every order is late for the platform, claims are the late refunds of the costs."""
    rule = "platform: {counts: handover, deadline_hours: 0.01, compensation: {share_of_paid: 0.1, cap: 8}}"
    changes = {OLD_RULE: rule, "days: 4, tail_days: 0": "days: 2, tail_days: 1"}
    small = write_small(tmp_path / "small", changes)
    agreed: list[object] = []
    for name in ("near", "far"):
        with (small / f"{name}.yaml").open("a", encoding="utf-8") as stream:
            stream.write(
                "service:\n  transit_days: {home: {mean: 2, p90: 3}, away: {mean: 3, p90: 5}}\n"
                "  late_refund: {share: 0.5, days: {home: 2, away: 3}}\n"
            )
        agreed += ["--contract", small / f"{name}.yaml"]
    run, out = tmp_path / "run", tmp_path / "out"
    asked = ("--replications", 1, "--jobs", 1, "--quiet")
    assert call_here("simulate", small, "-o", run, *asked).code == 0
    platform = small / "platform.yaml"
    platform.write_text(
        "name: mine\n" + rule.removeprefix("platform: {")[:-1].replace(", ", "\n", 2), "utf-8"
    )
    log = _log_with_deliveries(small, run, tmp_path / "log.csv")
    done = call_here("evidence", log, *agreed, "--platform", platform, "-o", out)
    assert done.code == 0, done.err
    costs = {row["name"]: float(row["amount"]) for row in rows(run, "costs")}
    evidence = rows(out, "evidence")
    assert len(evidence) == sum(row["on_time"] == "no" for row in rows(run, "orders"))
    assert sum(float(row["claim"]) for row in evidence) == pytest.approx(-costs["late_refunds"])
    assert costs["late_refunds"] < -10
    paid = sum(float(row["compensation"]) for row in evidence)
    assert paid == pytest.approx(costs["compensation"])


def _log_with_deliveries(small: Path, run: Path, path: Path) -> Path:
    """The orders of a run with delivery, weight and price of each, which its table does not tell."""
    from planner.formats.plan_files import read_plan
    from planner.formats.scenario.reader import read_scenario
    from planner.reporting.tables.order_table import orders_pieces
    from planner.studies.certification.certificate import numbered_look
    from planner.studies.evaluated_plan import trace

    problem = read_scenario(small / "scenario.yaml").problem
    look = numbered_look(1, 1, problem.service.confidence)
    records = trace(problem, read_plan(run, problem), "compiled", look.stream_set)
    (table,) = orders_pieces(problem, records)
    start = np.datetime64(problem.horizon.start, "s")
    delivered = start + records.delivered_at_s.astype("timedelta64[s]")
    table["delivered_at"] = np.where(records.delivered_at_s >= 0, delivered.astype(str), "")
    table["weight_g"] = records.orders.weight_g
    price = np.array([product.paid_minor / 100 for product in problem.products])
    table["price"] = price[records.orders.product]
    table.drop(columns="deadline").to_csv(path, index=False)
    return path


@pytest.mark.skipif(REAL_LOG is None, reason="the log is not on this machine")
def test_the_real_log_shows_its_black_friday(tmp_path: Path) -> None:
    """Past the shipping limit: 8.9 % before, 14.1 % on the day, of the orders handed over."""
    out = tmp_path / "out"
    assert call_here("evidence", REAL_LOG, "-o", out, "--quiet").code == 0
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["orders"] == 17_176 == summary["judged"] + 143
    shares = []
    for first, last in (("2017-10-23", "2017-11-19"), ("2017-11-24", "2017-11-24")):
        days = [row for row in rows(out, "late_by_day") if first <= row["date"] <= last]
        late, orders = (sum(int(row[k]) for row in days) for k in ("late_orders", "orders"))
        shares.append(round(late / orders, 3))
    assert shares == [0.089, 0.141]
    assert call_here("verify", out, "--quiet").code == 0
