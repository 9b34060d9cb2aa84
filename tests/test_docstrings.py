"""Public functions say what they take: numpy docstrings, every parameter by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.source_files import PACKAGE, of_every_file

# the parameters of a command are its options, which have help texts
FILES = sorted(p for p in PACKAGE.rglob("*.py") if not p.name.endswith("_cmd.py"))
MANY = 3  # a function with so many parameters lists them


def public_functions(
    tree: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions of a module and methods of its public classes, by qualified name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node, f"{node.name}.")


def parameters(function: ast.FunctionDef) -> list[str]:
    """Names of the parameters, without self and cls."""
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def described(docstring: str) -> set[str]:
    """Names in the Parameters section of a docstring: `name : type`, `a, b : type`, `a, b`."""
    match = re.search(
        r"^Parameters\n-+\n(.*?)(?=^\w+\n-+$|\Z)", docstring, re.DOTALL | re.MULTILINE
    )
    if match is None:
        return set()
    heads = re.findall(r"^([\w*, ]+?)(?: ?:.*)?$", match[1], re.MULTILINE)
    return {name.strip(" *") for head in heads for name in head.split(",")}


def overloads(function: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "overload" for d in function.decorator_list)


@of_every_file(FILES)
def test_functions_with_many_parameters_describe_each(path: Path) -> None:
    """A summary in one line, and a Parameters section that leaves none out."""
    for name, function in public_functions(ast.parse(path.read_text(encoding="utf-8"))):
        if len(parameters(function)) < MANY or overloads(function):
            continue
        docstring = ast.get_docstring(function) or ""
        summary = docstring.split("\n\n")[0]
        assert "\n" not in summary, f"{name}: the summary has one line"
        missing = set(parameters(function)) - described(docstring)
        assert not missing, f"{name}: no word about {', '.join(sorted(missing))}"


def test_a_section_is_read() -> None:
    """The reader of sections finds names alone and together, and stops at the next section."""
    text = "Sum.\n\nParameters\n----------\na, b : int\n    Two.\n*rest : int\n    More.\n\nReturns\n-------\nint : no"
    assert described(text) == {"a", "b", "rest"}
