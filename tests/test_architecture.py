"""The house keeps its walls: imports run one way, and each heavy library has one door."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.source_files import FILES, PACKAGE, layer_of, of_every_file

LAYERS = ("formats", "rating", "forecasting", "planning", "simulation", "reporting")
BASE = ("errors", "interrupts", "child_processes", "environment", "output")
MAY_IMPORT = {
    "__init__": {"api", "domain", "errors", "formats"},
    "__main__": {"cli", "interrupts", "environment"},
    "errors": set(),
    "interrupts": set(),
    "child_processes": {"environment"},
    "environment": set(),
    "output": {"errors", "interrupts"},
    "domain": {"errors"},
    "documents": {"errors", "domain", "documents"},
    **{layer: {*BASE, "domain", "documents", layer} for layer in LAYERS},
    "studies": {*BASE, "domain", "documents", "studies", *LAYERS},
    "api": {*BASE, "domain", "documents", "api", "studies", *LAYERS},
    "run_browser": {"errors", "domain", "documents", "run_browser", "studies", "reporting"},
    "cli": {*BASE, "domain", "documents", "cli", "run_browser", "studies", *LAYERS},
}
DOORS = {
    "ortools": {"planning"},
    "simpy": {"simulation"},
    "numba": {"simulation"},
    "distributed": {"simulation"},
    "matplotlib": {"reporting"},
    "pypdfium2": {"reporting"},
    "pyarrow": {"formats"},
    "sqlalchemy": {"formats"},
    "psycopg": {"formats"},
    "pymysql": {"formats"},
    "click": {"cli"},
    "http": {"run_browser"},
    "socketserver": {"run_browser"},
    "webbrowser": {"cli"},
}
# calls that have one place, because a rule is kept there: how text of others is written
ONE_PLACE = {
    "to_csv": {"formats/tables/tables.py"},
    "writer": set(),
    "DictWriter": set(),
    "echo": {"cli/main.py", "cli/messages.py", "cli/schema_cmd.py"},
    "secho": set(),
    "print": {"cli/progress.py"},
}
HEAVY = {
    "pandas",
    "ortools",
    "matplotlib",
    "scipy",
    "pydantic",
    "simpy",
    "numpy",
    "numba",
    "distributed",
    "pyarrow",
    "sqlalchemy",
    "psycopg",
    "pymysql",
    "pypdfium2",
}
# Between our own processes (to a scheduler too, which the user named), and what only those can
# write who may change the program.
UNPICKLES = {
    "planning/milp/solver_process.py",
    "simulation/workers_pool.py",
    "simulation/compiled_engine/code_cache.py",
    "studies/certification/pilot_replications.py",
}
RUNNING = {"eval", "exec", "__import__", "read_pickle", "read_hdf", "import_module"}
PICKLING = {
    "pickle",
    "cPickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "runpy",
    "code",
    "yaml",
}
IMPORTS_BY_NAME = {"cli/main.py", "__init__.py"}  # of our own modules
PACKAGES = sorted(PACKAGE.rglob("__init__.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file, read once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, top_level_only: bool = False) -> set[str]:
    """Dotted names a file imports (at its top level only, if so asked)."""
    tree = tree_of(path)
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@of_every_file()
def test_imports_run_one_way(path: Path) -> None:
    """A layer imports only what lies below it, and a heavy library only where it is allowed."""
    layer = layer_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "planner" and len(parts) > 2:
            assert parts[1] in MAY_IMPORT.get(layer, set()) | {layer}, f"{layer} imports {name}"
        if parts[0] in DOORS:
            assert layer in DOORS[parts[0]], f"{layer} imports {name}"
        assert not (layer == "domain" and parts[0] == "pandas"), "the domain knows no data frames"


@of_every_file()
def test_text_of_others_has_one_way_out(path: Path) -> None:
    """CSV is written by one module and the terminal by one, for only there formulas and controls
    are made text.
    """
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    for call in calls:
        module = (
            call.value.id
            if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name)
            else ""
        )
        name = getattr(call, "attr", getattr(call, "id", ""))
        if name in ONE_PLACE and not (name == "writer" and module != "csv"):
            assert path.relative_to(PACKAGE).as_posix() in ONE_PLACE[name], f"calls {name}"


@of_every_file()
def test_nothing_that_is_read_is_run(path: Path) -> None:
    """No module unpickles or runs text, but those that talk to our own processes."""
    name = path.relative_to(PACKAGE).as_posix()
    assert not {n.split(".")[0] for n in imports(path)} & PICKLING or name in UNPICKLES
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    named = {
        f.id if isinstance(f, ast.Name) else f.attr
        for f in calls
        if isinstance(f, ast.Name | ast.Attribute)
    }
    assert not named & RUNNING or name in IMPORTS_BY_NAME


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda p: p.name)
def test_commands_import_heavy_libraries_only_when_called(path: Path) -> None:
    """`planner --help` must show at once: no command module loads a heavy library or a layer at its
    top level.
    """
    allowed = {"errors", "interrupts", "output", "environment", "cli", "__version__"}
    light = "planner.domain.choices."  # the names of methods, engines and languages
    for name in imports(path, top_level_only=True):
        parts = name.split(".")
        assert parts[0] not in HEAVY, f"{path.name} imports {name} at its top level"
        assert parts[0] != "planner" or parts[1] in allowed or name.startswith(light), (
            f"{path.name} imports {name} at its top level"
        )


def dependencies() -> dict[str, set[str]]:
    """File -> files of the package that it imports, anywhere: for type checks and inside functions
    too.
    """
    modules = {module_name(path): path.relative_to(PACKAGE).as_posix() for path in FILES}
    found: dict[str, set[str]] = {}
    for path in FILES:
        targets = set()
        for name in imports(path):
            target = modules.get(name) or modules.get(name.rpartition(".")[0])
            targets |= {target} if target else set()
        file = path.relative_to(PACKAGE).as_posix()
        found[file] = targets - {file, ancestor(file, targets)}
    return found


def ancestor(file: str, targets: set[str]) -> str:
    """`planner/__init__.py` holds the version, which the parts of the package may ask for."""
    return "__init__.py" if "__init__.py" in targets and file != "__main__.py" else ""


def module_name(path: Path) -> str:
    parts = ("planner", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(file: str) -> str:
    """The sub-package of a file; a file at the root is one by itself."""
    return file.rpartition("/")[0] or file


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """One circle of a graph, from a node back to it; empty if there is none."""
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for target in sorted(graph.get(node, ())):
            if circle := visit(target, [*path, node]):
                return circle
        done.add(node)
        return []

    return next((circle for node in sorted(graph) if (circle := visit(node, []))), [])


def test_no_circle_between_files() -> None:
    """Following imports never leads back to the file one started from."""
    assert not circle_in(dependencies())


def test_no_circle_between_packages() -> None:
    """Nor do imports between sub-packages; files next to sub-packages are a package of their
    own.
    """
    rooms: dict[str, set[str]] = {}
    for file, targets in dependencies().items():
        rooms.setdefault(room_of(file), set()).update(
            {room_of(t) for t in targets} - {room_of(file)}
        )
    assert not circle_in(rooms)


def test_a_circle_is_found() -> None:
    """The search finds a circle that does not begin where it starts."""
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert not circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()})


@pytest.mark.parametrize("path", PACKAGES, ids=lambda p: p.parent.relative_to(PACKAGE).as_posix())
def test_every_package_states_its_charter(path: Path) -> None:
    """What belongs into a package stands in its `__init__`, in one sentence at least."""
    assert len((ast.get_docstring(tree_of(path)) or "").split()) >= 5


WRITES = {
    "write_text",
    "write_bytes",
    "unlink",
    "rmdir",
    "mkdir",
    "touch",
    "symlink_to",
    "hardlink_to",
    "chmod",
}
MODULES_THAT_WRITE = {"shutil", "tempfile"}
OS_WRITES = {
    "open",
    "replace",
    "rename",
    "remove",
    "unlink",
    "rmdir",
    "mkdir",
    "makedirs",
    "chmod",
    "link",
    "symlink",
}
MAY_WRITE = {
    "output": "every result",
    "formats/order_log/compact_columns.py": (
        "parts of a long log, in a temporary file without a name"
    ),
    "simulation/compiled_engine/code_cache.py": "compiled code, which is not a result",
    "simulation/column_store.py": "what the processes of a study share, in a temporary folder",
    "studies/runs/journal_file.py": "what a study has reached, which is not a result either",
    "studies/verification": "what is derived again, in a temporary folder",
    "planning/milp/solver_process.py": "opens the device that drops what solvers print",
    "cli/streams.py": "opens the same device for closed streams",
    "environment.py": "opens the current folder, to find back to it",
}


def writes(path: Path) -> set[str]:
    """Calls of a file that make, change or remove something on the disk."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        module = owner.id if isinstance(owner, ast.Name) else ""
        modes = [
            a.value
            for a in [*node.args, *(k.value for k in node.keywords)]
            if isinstance(a, ast.Constant)
        ]
        opens = name == "open" and any(
            isinstance(m, str) and set(m) & set("wax+") and len(m) < 4 for m in modes
        )
        method = owner is not None and name in WRITES
        if (
            method
            or opens
            or module in MODULES_THAT_WRITE
            or (module == "os" and name in OS_WRITES)
        ):
            found.add(f"{module}.{name}")
    return found


@of_every_file()
def test_only_the_output_package_writes(path: Path) -> None:
    """Whatever appears on the disk goes through one package, which loses nothing of the user's."""
    name = path.relative_to(PACKAGE).as_posix()
    if not name.startswith(tuple(MAY_WRITE)):
        assert writes(path) <= {"tempfile.gettempdir"}
