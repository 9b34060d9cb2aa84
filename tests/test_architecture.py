"""The house keeps its walls: imports run one way, and each heavy library has one door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "planner"
LAYERS = ("formats", "rating", "forecasting", "planning", "simulation", "reporting")
MAY_IMPORT = {
    "__main__": {"cli", "surroundings"},
    "errors": set(),
    "surroundings": set(),
    "domain": {"errors"},
    **{layer: {"errors", "surroundings", "domain", layer} for layer in LAYERS},
    "studies": {"errors", "domain", "studies", *LAYERS},
    "cli": {"errors", "surroundings", "domain", "cli", "studies", *LAYERS},
}
DOORS = {
    "ortools": {"planning"},
    "simpy": {"simulation"},
    "numba": {"simulation"},
    "distributed": {"simulation"},
    "matplotlib": {"reporting"},
    "click": {"cli"},
}
# calls that have one place, because a rule is kept there: how text of others is written
ONE_PLACE = {
    "to_csv": {"formats/tables.py"},
    "writer": set(),
    "DictWriter": set(),
    "echo": {"cli/main.py", "cli/options.py", "cli/schema_cmd.py"},
    "secho": set(),
    "print": {"cli/progress.py"},
}
HEAVY = {"pandas", "ortools", "matplotlib", "scipy", "pydantic", "simpy", "numpy", "numba", "distributed"}
# Between our own processes (to a scheduler too, which the user named), and what only those can write who may change the
# program.
UNPICKLES = {
    "planning/isolated.py",
    "simulation/executors.py",
    "simulation/machine_code.py",
    "simulation/replicate.py",
    "studies/rehearse.py",
}
RUNNING = {"eval", "exec", "__import__", "read_pickle", "read_hdf", "import_module"}
PICKLING = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "runpy", "code", "yaml"}
IMPORTS_BY_NAME = {"cli/main.py"}  # of its own commands
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path, top_level_only: bool = False) -> set[str]:
    """Dotted names a file imports (at its top level only, if so asked)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def layer_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    """A layer imports only what lies below it, and a heavy library only through its door."""
    layer = layer_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "planner" and len(parts) > 2:
            assert parts[1] in MAY_IMPORT.get(layer, set()) | {layer}, f"{layer} imports {name}"
        if parts[0] in DOORS:
            assert layer in DOORS[parts[0]], f"{layer} imports {name}"
        assert not (layer == "domain" and parts[0] == "pandas"), "the domain knows no data frames"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_text_of_others_has_one_way_out(path: Path) -> None:
    """CSV is written by one module and the terminal by one, for only there formulas and controls are made text."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    for call in calls:
        module = call.value.id if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) else ""
        name = getattr(call, "attr", getattr(call, "id", ""))
        if name in ONE_PLACE and not (name == "writer" and module != "csv"):
            assert path.relative_to(PACKAGE).as_posix() in ONE_PLACE[name], f"calls {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_nothing_that_is_read_is_run(path: Path) -> None:
    """No module unpickles or runs text, but those that talk to our own processes."""
    name = path.relative_to(PACKAGE).as_posix()
    assert not {n.split(".")[0] for n in imports(path)} & PICKLING or name in UNPICKLES
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = {f.id if isinstance(f, ast.Name) else f.attr for f in calls if isinstance(f, ast.Name | ast.Attribute)}
    assert not named & RUNNING or name in IMPORTS_BY_NAME


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda p: p.name)
def test_commands_import_heavy_libraries_only_when_called(path: Path) -> None:
    """`planner --help` must show at once: no command module loads a heavy library or a layer at its top level."""
    allowed = {"errors", "surroundings", "cli", "__version__"}
    for name in imports(path, top_level_only=True):
        parts = name.split(".")
        assert parts[0] not in HEAVY, f"{path.name} imports {name} at its top level"
        assert parts[0] != "planner" or parts[1] in allowed, f"{path.name} imports {name} at its top level"


def test_no_circle_between_modules() -> None:
    """Following imports never leads back to the file one started from."""
    modules = {"planner." + ".".join(p.relative_to(PACKAGE).with_suffix("").parts): p for p in FILES}
    graph = {
        m: {t for n in imports(p, True) for t in modules if n == t or n.startswith(t + ".")} for m, p in modules.items()
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in done:
            for target in sorted(graph[module] - {module}):
                visit(target, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())
