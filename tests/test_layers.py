"""The plan of the house, kept: who may import whom. Each fault is a sentence that names the file."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "diba"
DESKS = {"gates", "grid", "rosters", "outreach", "generation"}
APPS = DESKS | {"plant", "forecast", "command"}
# What a file inside an app may ask for from its own app, by its name. A package counts as the file of its name.
INSIDE = {
    "models": {"models", "fields"},
    "actions": {"actions", "models", "workbook", "demo"},
    "forms": {"forms", "models"},
    "views": {"views", "actions", "forms", "models", "api", "tables"},
    "tables": {"tables", "actions", "forms", "models"},
    "api": {"api", "actions", "forms", "models"},
    "tasks": {"tasks", "actions", "models"},
    "management": {"management", "actions", "forms", "models", "tasks", "workbook"},
}


def imports(file):
    """Yield the absolute dotted names a file imports, wherever in the file it does so."""
    package = ("diba", *file.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # __init__.py is the package itself, so one dot less leads out of it.
            up = package[: len(package) - node.level] if node.level else ()
            base = ".".join((*up, *filter(None, [node.module])))
            yield from (f"{base}.{alias.name}" for alias in node.names) if base else ()


def allowed(app, name):
    """Say whether code of an app may import a dotted name of Diba."""
    parts = name.split(".")
    other = parts[1] if len(parts) > 1 else ""
    if other == app or name == "diba.__version__":
        return True
    if app in ("web", "core"):
        return False
    if other == "core":
        return app != "plant"
    door = parts[2:3] == ["actions"]
    if other == "plant":
        # Tables of the ground are read through its actions; its models may be named for types and choices, its sealed fields used.
        return app != "plant" and (door or parts[2:3] in (["models"], ["fields"]))
    if app == "forecast":
        return other in {"rosters", "grid", "generation"} and door
    if app == "command":
        return other in DESKS | {"forecast"} and door
    return False


def faults(root=ROOT):
    found = []
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).parts
        app, names = parts[0], list(imports(file))
        if "migrations" in parts or len(parts) == 1:
            continue
        for name in names:
            if app == "core" and name.split(".")[0] == "django":
                found.append(f"{file.relative_to(root.parent)} imports {name}: the core knows no Django")
            if name.split(".")[0] == "diba" and not allowed(app, name):
                found.append(f"{file.relative_to(root.parent)} imports {name}: {app} may not know it")
            found += inside(file, parts, name, root)
    return found


def inside(file, parts, name, root):
    """Return the faults of one import within an app: models know no actions, actions no views."""
    own = name.split(".")
    role = Path(parts[1]).stem if len(parts) > 1 else ""
    if parts[0] not in APPS or own[:2] != ["diba", parts[0]] or role not in INSIDE or len(own) < 3:
        return []
    target = own[2]
    known = {path.stem for path in (root / parts[0]).iterdir()}
    if target in known & set(INSIDE) and target not in INSIDE[role]:
        return [f"{file.relative_to(root.parent)} imports {name}: {role} may not know {target}"]
    return []


def test_every_import_keeps_the_plan():
    assert faults() == []


@pytest.mark.parametrize(
    ("file", "line", "why"),
    [
        ("core/screening.py", "from django.utils import timezone", "the core knows no Django"),
        ("grid/actions.py", "from diba.rosters import actions", "grid may not know it"),
        ("plant/actions/clock.py", "from diba.command.actions import board", "plant may not know it"),
        ("rosters/models.py", "def late():\n    from .actions import draft", "models may not know actions"),
        ("web/urls.py", "import diba.grid.actions", "web may not know it"),
    ],
)
def test_a_broken_plan_names_the_file(tmp_path, monkeypatch, file, line, why):
    root = tmp_path / "diba"
    for app in ("core", "grid", "plant/actions", "rosters", "web"):
        (root / app).mkdir(parents=True, exist_ok=True)
    (root / "rosters" / "actions.py").write_text("")
    (root / file).write_text(line + "\n")
    monkeypatch.setitem(globals(), "ROOT", root)
    (fault,) = faults(root)
    assert f"diba/{file}" in fault
    assert why in fault


def test_there_is_no_circle():
    """A file must not, by any way, come back to itself through imports at the top or inside functions."""
    graph = {}
    for file in ROOT.rglob("*.py"):
        parts = ("diba", *file.relative_to(ROOT).with_suffix("").parts)
        graph[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    edges = {
        name: {target for target in (_known(n, graph) for n in imports(file)) if target and target != name}
        for name, file in graph.items()
    }
    done: set[str] = set()

    def visit(name, trail):
        if name in trail:
            # A package's door re-exports its own files; that they name each other's siblings is no circle.
            circle = trail[trail.index(name) :]
            assert all(step.startswith(circle[0].rsplit(".", 1)[0]) for step in circle) and any(
                "." in s for s in circle
            ), f"circle: {' -> '.join([*circle, name])}"
            return
        if name in done:
            return
        for target in edges.get(name, ()):
            visit(target, [*trail, name])
        done.add(name)

    for name in edges:
        visit(name, [])


def _known(name, graph):
    while name and name not in graph:
        name = name.rpartition(".")[0]
    return name if name != "diba" else ""
