"""Plain data comes back bit for bit, and bytes that are no value of the expected type never become
one.
"""

from __future__ import annotations

import importlib
import inspect
import json
import math
import pickle
import pkgutil
import random
import struct
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

import planner.studies
from planner.domain.arrays import Floats, Ints
from planner.domain.plan import Certificate, ExtraCollection, Plan, PlanStatus
from planner.domain.problem import ShareRow, StockRow
from planner.domain.records import Mask, Small, Summary
from planner.domain.workforce import StaffRow
from planner.studies.certification.adjustment import Adjusted
from planner.studies.certification.failure_places import Place
from planner.studies.certification.reinforcement import Reinforced
from planner.studies.certification.trimming import Trimmed
from planner.studies.runs import plain_data
from planner.studies.runs.plain_data import NotPlainError, pack, result_type, unpack
from tests.builders import a_plan, a_problem, in_brief, played

NAN_WITH_A_PAYLOAD = struct.unpack("<d", b"\x01\x00\x00\x00\x00\x00\xf8\xff")[0]
CERTIFICATE = Certificate(
    certified=True,
    on_time_share=0.98,
    confidence=0.95,
    replications=200,
    met=199,
    lower_bound=np.float64(0.961),
    level=0.95,
    seed=7,
    look=2,
)


def a_full_plan() -> Plan:
    """A plan with something in every field."""
    return Plan(
        method="joint",
        status=PlanStatus.OPTIMAL,
        staffing=(
            StaffRow(
                day=0,
                site="yiwu",
                process="pack",
                crew="组",
                shift="day",
                since_day=-3650,
                headcount=np.int64(3),
            ),
        ),
        routing=(
            ShareRow(
                region="zhejiang", site="yiwu", contract="", from_s=0, to_s=86400, share=1 / 3
            ),
        ),
        stock=(StockRow("yiwu", "light", 5),),
        extra=(ExtraCollection(1, "yiwu", "near", 43200, 2),),
        signed=("near", "far"),
        objective=10**30,
        gap=0.1,
        costs={"wages": 1, "courier": -2},
        expected={"on_time_share": np.float64(0.1), "b": -0.0},
        certificate=CERTIFICATE,
        promises=(("xizang", 72),),
        caps=(("live", 300),),
        margins={"efficiency": math.inf},
    )


def a_summary() -> Summary:
    problem = a_problem(orders_per_hour=3)
    return in_brief(problem, played(problem, a_plan(problem)))


def an_adjustment() -> Adjusted:
    """A plan with people added and none removed."""
    plan = a_full_plan()
    reinforced = Reinforced(
        plan=plan,
        added=(("day", 2),),
        rerouted=0.25,
        cost_minor=7,
        simulated=9,
        missed_before=5,
        missed=1,
        runs=20,
        enough=True,
    )
    trimmed = Trimmed(plan, (), 0, True, 3, 1, 1)
    return Adjusted(reinforced=reinforced, trimmed=trimmed, missed_before=5, simulated=32)


VALUES: list[tuple[Any, Any]] = [
    (None, float | None),
    (True, bool),
    (True, int | None),
    (10**40, int),
    (np.int32(7), int),
    (1, float),
    (1.0, float),
    (-0.0, float),
    (5e-324, float),
    (math.inf, float),
    (NAN_WITH_A_PAYLOAD, float),
    (np.float64(0.1), float),
    (np.float32(np.nan), float),
    ("中文 \udc80\x00\U0001f600", str),
    ((), tuple[int, ...]),
    (((1, "a"), (2, "b")), tuple[tuple[int, str], ...]),
    ([1, True, ["x"]], list[int | bool | list[str]]),
    ({("a", 1): [1.5]}, dict[tuple[str, int], list[float]]),
    ({"equal": True, "of": 3, "engines": ["simpy"]}, dict[str, bool | int | list[str]]),
    (Counter({("stock", "", "", "", "light", 0, 3600): 3}), Counter[Place]),
    (np.array([[1.5, np.nan], [-0.0, np.inf]]), Floats),
    (np.arange(6, dtype=np.int32).reshape(2, 3), Ints),
    (np.asfortranarray(np.arange(6).reshape(2, 3)), Ints),
    (np.arange(24.0).reshape(4, 6)[::2, ::3], Floats),
    (np.zeros((0, 3), dtype=np.int16), Small),
    (np.array(3), Ints),
    (np.array([True, False]), Mask),
    (a_full_plan(), Plan),
    (a_full_plan(), Plan | None),
    (a_summary(), Summary),
    (an_adjustment(), Adjusted),
    (Trimmed(a_full_plan(), (("person", 2),), 5, True, 100, 0, 3), Trimmed),
    ((np.arange(3, dtype=np.int16), [CERTIFICATE]), tuple[Small, list[Certificate]]),
]
PACKED = [(pack(value, expected), expected) for value, expected in VALUES]


def parts(value: Any) -> Iterator[Any]:
    """Everything that makes up a value: types, numbers to the bit, memory orders."""
    yield type(value)
    if isinstance(value, np.ndarray):
        yield value.dtype, value.shape, value.strides, value.flags.writeable, value.tobytes("A")
    elif isinstance(value, np.generic):
        yield value.dtype, value.tobytes()
    elif isinstance(value, float):
        yield struct.pack("<d", value)
    elif is_dataclass(value):
        for field in fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from parts(list(value.items()))
    elif isinstance(value, list | tuple):
        yield len(value)
        for part in value:
            yield from parts(part)
    else:
        yield value


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=lambda part: str(part)[:40])
def test_a_value_comes_back_as_a_pickle_gives_it(value: Any, expected: Any) -> None:
    """Types, bits and memory orders are those of a pickle; and what came back is packed to the same
    bytes.
    """
    packed = pack(value, expected)
    found = unpack(packed, expected)
    assert list(parts(found)) == list(parts(pickle.loads(pickle.dumps(value))))  # noqa: S301
    assert pack(found, expected) == packed


def test_the_order_of_a_union_does_not_matter() -> None:
    """Unions are equal whatever their order: another process may have met the other one first."""
    either, other = list[int | bool | list[str]], list[list[str] | bool | int]
    packed = []
    for first, second in ((either, other), (other, either)):
        plain_data._form.cache_clear()
        packed += [pack([1, True, ["x"]], expected) for expected in (first, second)]
        assert [unpack(content, first) for content in packed] == [[1, True, ["x"]]] * len(packed)
    assert len(set(packed)) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, int),
        ("1", int),
        (1, bool),
        (1, str),
        ([1], tuple[int, ...]),
        ((1,), tuple[int, int]),
        (np.arange(3.0), Ints),
        (np.array([object()]), Floats),
        (np.arange(3).astype(">i8"), Ints),
        (Counter("a"), dict[str, int]),
        (CERTIFICATE, Plan),
        (np.str_("a"), str),
        (1, dict[str, Any]),
        (1, object),
        ({1}, set[int]),
    ],
    ids=lambda part: type(part).__name__,  # a value may be printed with its address
)
def test_a_value_of_another_type_is_not_packed(value: Any, expected: Any) -> None:
    """Neither is one of a type that is not plain data, whatever it holds."""
    with pytest.raises(TypeError):
        pack(value, expected)


def test_a_value_is_read_as_nothing_but_what_is_expected() -> None:
    """Every value of the table read as every other type: refused, or its bytes are a value of that
    type too.
    """
    read = 0
    for packed, _ in PACKED:
        for _, expected in PACKED:
            try:
                found = unpack(packed, expected)
            except NotPlainError:
                continue
            read += 1
            assert pack(found, expected) == packed
    assert read >= len(PACKED)


def test_mutated_bytes_are_refused_or_plain() -> None:
    """Bytes changed, cut and doubled at random (seed 5): nothing but a refusal or a value of the
    expected type.
    """
    chance = random.Random(5)  # noqa: S311
    refused = 0
    for _ in range(3000):
        packed, expected = chance.choice(PACKED)
        content = bytearray(packed)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(content))
            change = chance.randrange(3)
            if change == 0:
                content[at] = chance.randrange(256)
            elif change == 1:
                del content[at : at + chance.randint(1, 9)]
            else:
                content[at:at] = content[at : at + chance.randint(1, 9)]
            if not content:
                break
        try:
            pack(unpack(bytes(content), expected), expected)
        except NotPlainError:
            refused += 1
    assert refused > 1500


def text_of(part: Any, arrays: bytes = b"") -> bytes:
    text = json.dumps(part).encode()
    return struct.pack("<Q", len(text)) + text + arrays


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (text_of(["<f8", [1 << 40], "C"], bytes(8)), Floats),
        (text_of(["<f8", [1 << 62, 1 << 62, 0], "C"]), Floats),
        (text_of(["<f8", [-1], "C"]), Floats),
        (text_of(["<f8", [True], "C"], bytes(8)), Floats),
        (text_of(["<f8", [1], "A"], bytes(8)), Floats),
        (text_of(["|O", [1], "C"], bytes(8)), Floats),
        (text_of(["<f8", [1] * 65, "C"], bytes(8)), Floats),
        (text_of(["<f8", [1], "C"], bytes(16)), Floats),
        (text_of([["<f8", "00" * 7]]), list[float]),
        (text_of([["<f8", "00" * 16]]), list[float]),
        (text_of([2, None]), float | None),
        (text_of([-1, None]), float | None),
        (text_of([True, None]), float | None),
        (text_of([[["a"], 1]]), dict[str, int]),
        (text_of(float("nan")), float),
        (struct.pack("<Q", 1 << 63) + b"1", int),
        (struct.pack("<Q", 200_000) + b"[" * 200_000, list[int]),
        (struct.pack("<Q", 5000) + b"9" * 5000, int),
        (b"", int),
    ],
    ids=range(19),
)
def test_forged_bytes_are_refused_in_little_memory(content: bytes, expected: Any) -> None:
    """A shape, a length or a depth that is only announced takes no memory and no time."""
    tracemalloc.start()
    try:
        with pytest.raises(NotPlainError):
            unpack(content, expected)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def tasks() -> list[type]:
    """Every task of a study: a class that is called with the number of a replication."""
    prefix = "planner.studies."
    modules = [
        importlib.import_module(m.name)
        for m in pkgutil.walk_packages(planner.studies.__path__, prefix)
    ]
    classes = {c for module in modules for c in vars(module).values() if isinstance(c, type)}
    calls = {
        c: c.__dict__["__call__"].__annotations__
        for c in classes
        if inspect.isfunction(c.__dict__.get("__call__"))
    }
    numbered = [c for c, hints in calls.items() if [*hints.values()][:1] == ["int"]]
    return sorted(numbered, key=lambda c: c.__name__)


def test_the_results_of_every_task_are_plain_data() -> None:
    """A study keeps nothing that would have to be pickled."""
    found = tasks()
    assert {
        "Evaluation",
        "LateOrderSearch",
        "FindFeasibleStep",
        "ProveRepair",
        "Planning",
        "Carriage",
    } <= {task.__name__ for task in found}
    for task in found:
        expected = result_type(object.__new__(task))
        with pytest.raises(NotPlainError):
            unpack(b"", expected)
