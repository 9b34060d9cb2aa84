"""The catalogue of stresses and the risks of a scenario: where they come from, what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.horizon import DAY_S
from planner.domain.stress import STRESS_KINDS, Stress
from planner.formats.base import shipped_files
from planner.formats.scenario.reader import read_scenario
from planner.formats.scenario.risks import risks_in_words
from tests.formats.builders import SCENARIO, findings_of, write_folder

OWN = """\
stresses:
  - {name: less of it, kind: mix, strength: 0.12, less: small, more: large}
  - {name: no truck, kind: missed_pickup, strength: 1, probability: 0.05, site: yiwu, contract: one,
     from: "2026-11-10T00:00", to: "2026-11-11T00:00"}
"""
RISKS = """\
risks:
  - {name: more of it, kind: demand, strength: 0.2, probability: 0.1}
"""


def test_the_shipped_catalogue_tries_every_kind(tmp_path: Path) -> None:
    scenario = read_scenario(write_folder(tmp_path))
    assert [s.kind for s in scenario.stresses] == list(STRESS_KINDS)
    assert scenario.files[-1] == shipped_files.configs_folder() / "stress.yaml"


def test_a_folders_own_catalogue_goes_first(tmp_path: Path) -> None:
    scenario = read_scenario(write_folder(tmp_path, stress_yaml=OWN))
    mix, truck = scenario.stresses
    assert (mix.less, mix.more, mix.probability) == ("small", "large", None)
    assert truck == Stress(
        name="no truck",
        kind="missed_pickup",
        strength=1.0,
        probability=0.05,
        site="yiwu",
        contract="one",
        from_s=2 * DAY_S,
        to_s=3 * DAY_S,
    )


def test_a_new_scenario_gets_the_catalogue(tmp_path: Path) -> None:
    shipped_files.copy("singles-day", tmp_path / "new", "zh")
    text = (tmp_path / "new" / "stress.yaml").read_text(encoding="utf-8")
    assert "zh:" not in text
    assert "同样的订单" in text
    assert [s.kind for s in read_scenario(tmp_path / "new").stresses] == list(STRESS_KINDS)


def test_risks_are_part_of_the_problem(tmp_path: Path) -> None:
    assert read_scenario(write_folder(tmp_path / "a")).problem.risks == ()
    folder = write_folder(tmp_path / "b", scenario_yaml=SCENARIO + RISKS)
    (risk,) = read_scenario(folder).problem.risks
    assert (risk.name, risk.kind, risk.strength, risk.probability) == (
        "more of it",
        "demand",
        0.2,
        0.1,
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: mix", "kind: mixx", "stresses.0.kind"),
        ("strength: 0.12", "strength: 1.2", "must be at most 1 with kind mix"),
        ("strength: 0.12", "strength: -1", "must be at least 0"),
        ("less: small", "less: smal", "did you mean small?"),
        ("less: small", "less: large", "less and more must be different products"),
        ("less: small", "site: yiwu", "has no meaning with kind mix"),
        ("name: no truck", "name: less of it", "two of the list have this name"),
        ("strength: 1,", "strength: 1.5,", "must be a whole number of collections"),
        ("2026-11-11", "2026-11-09", "to must be after from"),
        ("2026-11-10", "2026-10-10", "must lie in the horizon"),
        ("contract: one", "contract: two", "no such contract"),
        (
            "kind: mix, strength: 0.12, less: small, more: large",
            "kind: agency_fill, strength: 0.2, crew: permanent",
            "no such temporary crew",
        ),
        ("contract: one", "carrier: one", "stresses.1.carrier"),
    ],
)
def test_what_is_wrong_with_a_catalogue(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in OWN
    folder = write_folder(tmp_path, stress_yaml=OWN.replace(old, new))
    found = findings_of(folder)
    assert [f for f in found if words in str(f)], found
    assert all(f.file.endswith("stress.yaml") and f.line > 1 for f in found)


def test_a_risk_needs_its_probability_and_its_time(tmp_path: Path) -> None:
    risk = "risks:\n  - {name: no truck, kind: missed_pickup, strength: 1}\n"
    found = list(map(str, findings_of(write_folder(tmp_path, scenario_yaml=SCENARIO + risk))))
    assert any("risks.0.probability" in words for words in found)
    risk = risk.replace("strength: 1", "strength: 1, probability: 0.1")
    found = list(map(str, findings_of(write_folder(tmp_path, scenario_yaml=SCENARIO + risk))))
    assert any("risks.0.from: is needed for a risk of kind missed_pickup" in w for w in found)
    assert any("risks.0.to: is needed" in w for w in found)


@pytest.mark.parametrize(
    ("risk", "old", "new", "needs"),
    [
        ("agency_fill, strength: 0.5", "max_headcount: 40", "max_headcount: 0", "a temporary crew"),
        ("learning, strength: 0.5", "ramp: [0.6, 1.0], ", "", "a crew whose ramp rises"),
        (
            'missed_pickup, strength: 1, from: "2026-11-10T13:00", to: "2026-11-10T22:00"',
            "",
            "",
            "a collection of the site and contract within its time",
        ),
        ("correlation, strength: 1", "", "", "two events of uncertain size"),
    ],
)
def test_a_risk_that_strikes_nothing_is_found(
    tmp_path: Path, risk: str, old: str, new: str, needs: str
) -> None:
    """A certificate that includes a risk must not include nothing."""
    assert old in SCENARIO
    scenario = (
        SCENARIO.replace(old, new) + f"risks:\n  - {{name: it, kind: {risk}, probability: 0.2}}\n"
    )
    (found,) = map(str, findings_of(write_folder(tmp_path, scenario_yaml=scenario)))
    assert "risks.0: strikes nothing: " in found
    assert needs in found


def test_check_says_how_plans_include_a_risk(tmp_path: Path) -> None:
    """Five of a hundred promotions may fail: a risk of 4 % may be given up, one of 10 % not."""
    more = (
        RISKS
        + """\
  - {name: sick, kind: absence_wave, strength: 0.2, probability: 0.04,
     from: "2026-11-10T00:00", to: "2026-11-11T00:00"}
"""
    )
    problem = read_scenario(write_folder(tmp_path, scenario_yaml=SCENARIO + more)).problem
    demand, sick = risks_in_words(problem)
    assert demand == "more of it: strikes 10% of promotions; part of the demand that is planned for"
    assert "sick: strikes 4% of promotions; a strike that makes a plan fail" in sick
    assert "(the confidence lets 5% fail: a plan may give these up)" in sick
