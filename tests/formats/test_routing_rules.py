"""Lists of rules are written and read back the same; what is wrong in one is named at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from planner.domain.contracts import HEAVIEST_G
from planner.domain.horizon import DAY_S
from planner.domain.routing_rules import RoutingRule
from planner.errors import InputError
from planner.formats.routing_rules import read_rules, rules_table
from planner.formats.tables.tables import write_table
from tests.rating.builders import DAYS, promotion
from tests.rating.contract_builders import REGIONS, SITES, contract

PROBLEM = promotion([contract(name="a"), contract(name="b")])
END = DAYS * DAY_S
HEAD = "rules,rule,regions,above_g,to_g,from,to,share,site,contract\n"
ALL = RoutingRule(regions=REGIONS, site="yiwu", contract="a", from_s=0, to_s=END)


def rules() -> some.SearchStrategy[RoutingRule]:
    """Rules with any regions, weights, minutes, hundredths and lanes."""

    def edges(last: int, step: int) -> some.SearchStrategy[list[int]]:
        return some.lists(some.integers(0, last // step), min_size=2, max_size=2, unique=True).map(
            lambda pair: sorted(step * edge for edge in pair)
        )

    return some.builds(
        lambda regions, time, weight, share, site, name: RoutingRule(
            regions=tuple(sorted(regions, key=REGIONS.index)),
            site=site,
            contract=name,
            from_s=time[0],
            to_s=time[1],
            above_g=weight[0],
            to_g=weight[1] if weight[1] < 5_000 else HEAVIEST_G,
            share=share / 100,
        ),
        some.sets(some.sampled_from(REGIONS), min_size=1),
        edges(END, 60),
        edges(5_000, 1),
        some.integers(1, 100),
        some.sampled_from(SITES),
        some.sampled_from(("a", "b")),
    )


@settings(max_examples=60, deadline=None)
@given(some.lists(rules(), max_size=6), some.lists(rules(), max_size=2))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, one: list[RoutingRule], other: list[RoutingRule]
) -> None:
    """Two lists in one file, each with a rule for all at its end: the same rules, in their order."""
    path = tmp_path_factory.mktemp("rules") / "rules.csv"
    lists = {str(len(one) + 1): (*one, ALL), "mine": (*other, ALL)}
    write_table(rules_table(PROBLEM, lists, "plan"), path)
    assert read_rules(path, PROBLEM) == lists


def test_a_list_typed_by_hand(tmp_path: Path) -> None:
    """Without names of lists, numbers or limits; a region in any of its forms."""
    path = tmp_path / "rules.csv"
    path.write_text("regions,site,contract\n四川; Xinjiang,chengdu,b\nall,yiwu,a\n")
    (first, last) = read_rules(path, PROBLEM)[""]
    assert first.regions == ("sichuan", "xinjiang")
    assert (first.lane, last) == (("chengdu", "b"), ALL)


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    """Names that are not there, edges the wrong way round: a finding each, with line and field."""
    path = tmp_path / "rules.csv"
    path.write_text(
        f"{HEAD}x,1,all,500,200,,,1,yiwu,a\n"
        "x,2,atlantis,,,,,1,yiwu,c\n"
        "x,3,all,,,2026-11-10 00:00,2026-11-09 00:00,1,beijing,a\n"
        "x,4,;,,,,,1,yiwu,a\n"
    )
    with pytest.raises(InputError) as caught:
        read_rules(path, PROBLEM, "rules.csv")
    found = {(finding.line, finding.field) for finding in caught.value.findings}
    assert found == {
        (2, "to_g"),
        (3, "regions"),
        (3, "contract"),
        (4, "to"),
        (4, "site"),
        (5, "regions"),
    }
    assert 'contract: no such contract, got "c"' in str(caught.value)


@pytest.mark.parametrize("share", ["0", "1.5", "half"])
def test_a_share_lies_between_nothing_and_all(tmp_path: Path, share: str) -> None:
    """A rule that takes nothing or more than there is is refused."""
    path = tmp_path / "rules.csv"
    path.write_text(f"{HEAD}x,1,all,,,,,{share},yiwu,a\n")
    with pytest.raises(InputError, match="share"):
        read_rules(path, PROBLEM)


def test_a_list_must_take_every_order(tmp_path: Path) -> None:
    """The first list ends with a rule for light parcels only: what it leaves is said, and how to
    end it.
    """
    path = tmp_path / "rules.csv"
    path.write_text(f"{HEAD}x,1,all,,500,,,1,yiwu,a\ny,1,all,,,,,1,yiwu,a\n")
    with pytest.raises(InputError, match="no rule takes the orders of zhejiang above 500 g") as e:
        read_rules(path, PROBLEM)
    assert [finding.line for finding in e.value.findings] == [2]
    assert "end the list" in str(e.value)
