"""Values of two documents are matched as a person matches them: by path, items by their names."""

from __future__ import annotations

from typing import Any

import pytest

from planner.studies.run_differences.yaml_values import different_values


def found(a: Any, b: Any) -> list[tuple[str, Any, Any]]:
    return [(pair.keys[0], pair.a, pair.b) for pair in different_values(a, b)]


def test_equal_documents_have_no_difference() -> None:
    document = {"name": "a", "list": [1, {"x": [2, 3]}], "none": None}
    assert not found(document, {**document})


def test_a_number_keeps_its_type_and_the_rest_becomes_text() -> None:
    a = {"seed": 1, "open": {"from": "08:00"}, "on": True}
    b = {"seed": 2, "open": {"from": "09:00"}, "on": False}
    assert found(a, b) == [("seed", 1, 2), ("open.from", "08:00", "09:00"), ("on", "true", "false")]


def test_what_one_document_lacks_is_none_and_one_line() -> None:
    assert found({"a": 1}, {"a": 1, "live": {"at": "20:00", "orders": [1, 2]}}) == [
        ("live", None, "{at: 20:00, orders: [1, 2]}")
    ]
    assert found({"a": None}, {}) == [("a", "null", None)]


def test_items_are_matched_by_name_whatever_their_order() -> None:
    """An event put first leaves the others as they are."""
    live, flash = {"name": "live", "orders": 300}, {"name": "flash", "orders": 50}
    assert found([live], [flash, {**live, "orders": 400}]) == [
        ("live.orders", 300, 400),
        ("flash", None, "{name: flash, orders: 50}"),
    ]


def test_items_without_a_name_are_matched_by_what_tells_them_apart() -> None:
    own = {"process": "pack", "crew": "own", "headcount": 3}
    temporary = {"process": "pack", "crew": "agency", "headcount": 1}
    assert found([own, temporary], [temporary, {**own, "headcount": 5}]) == [
        ("pack/own.headcount", 3, 5)
    ]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1, 2, 3], [1, 5, 3], [("1", 2, 5)]),
        ([1, 2], [1, 2, 3], [("", "[1, 2]", "[1, 2, 3]")]),
        (list(range(9)), [9] * 9, [("", "[0, 1, 2, 3, 4, 5, 6, 7, 8]", f"[{'9, ' * 8}9]")]),
    ],
)
def test_lists_of_numbers_show_few_changes_one_by_one(
    a: list[int], b: list[int], expected: list[tuple[str, Any, Any]]
) -> None:
    assert found(a, b) == expected


def test_true_is_not_one() -> None:
    assert found({"a": True}, {"a": 1}) == [("a", "true", 1)]
