"""Modules import in one direction: there is no import cycle, and each package imports only lower packages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

#: The order of docs/architecture.md: a member may import members of earlier sets. Members of one set do not import each
#: other. A member that is not listed can be at any position, as long as there is no cycle.
ORDER = {
    "graphkit": [
        {"errors", "version"}, {"model"}, {"schema", "files"}, {"grammar"}, {"encoder"}, {"reading"},
        {"recognition"}, {"discourse"}, {"relations"}, {"merging"}, {"extractors"}, {"explain", "decisions", "llm"},
        {"ledger"}, {"resolution"},
        {"building", "phrases"}, {"stores"}, {"export", "evaluation"}, {"review"}, {"validation", "repair"}, {"graph"},
        {"sandbox"}, {"training", "explorer"}, {"endpoint"}, {"cli"},
    ],
    "graphkit.phrases": [{"keys"}, {"day_numbers"}, {"discovery"}, {"index"}, {"questions"}, {"api", "charts"}],
    "graphkit.stores": [
        {"property_graph", "phrase_facts", "parameters", "parameter_names", "options", "server_responses",
         "version", "view_files"},
        {"content"}, {"locations", "report_places", "visits"}, {"property_graph_builder"}, {"neo4j", "cypher", "networkx", "rdf"},
        {"sparql"}, {"views"},
    ],
}  # fmt: skip
#: Imports that violate the order, each with its reason.
EXCEPTIONS = {
    (
        "graphkit.reading",
        "graphkit.recognition",
    ): "reading a report's fields needs dates and the gazetteer, which recognition holds",
}


def module_imports(package: Path) -> dict[str, set[str]]:
    """Every module of a package and the modules of the package that it imports, inside functions too."""
    paths = {_name(path, package): path for path in package.rglob("*.py")}
    return {
        name: {m for m in _imported(ast.parse(path.read_text(encoding="utf-8")), paths) if m != name}
        for name, path in paths.items()
    }


def _name(path: Path, package: Path) -> str:
    return ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(node: ast.AST, known: dict[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        members = {f"{node.module}.{alias.name}" for alias in node.names}
        yield from members & known.keys()
        if node.module in known and members - known.keys():
            yield node.module
    elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        for child in node.orelse:
            yield from _imported(child, known)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _imported(child, known)


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of members that import each other, directly or through others."""
    reached = {name: _reachable(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in graph
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += graph[name]
    return seen


def members(graph: dict[str, set[str]], package: str) -> dict[str, set[str]]:
    """The imports among the direct members of a package, modules and subpackages; without those in EXCEPTIONS."""
    depth = package.count(".") + 2
    found: dict[str, set[str]] = {}
    for name, imports in graph.items():
        if name.startswith(f"{package}."):
            member = ".".join(name.split(".")[:depth])
            inside = {".".join(i.split(".")[:depth]) for i in imports if i.startswith(f"{package}.")}
            found.setdefault(member, set()).update(i for i in inside - {member} if (member, i) not in EXCEPTIONS)
    return found


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    return module_imports(ROOT / "graphkit")


def test_there_is_no_import_cycle_between_modules(imports: dict[str, set[str]]) -> None:
    assert cycles(imports) == []


@pytest.mark.parametrize("package", ORDER)
def test_there_is_no_import_cycle_between_members_of_a_package(imports: dict[str, set[str]], package: str) -> None:
    assert cycles(members(imports, package)) == []


@pytest.mark.parametrize("package", ORDER)
def test_each_package_imports_only_lower_packages(imports: dict[str, set[str]], package: str) -> None:
    row = {f"{package}.{name}": number for number, names in enumerate(ORDER[package]) for name in names}
    found = members(imports, package)
    upwards = {(a, b) for a, others in found.items() for b in others if a in row and b in row and row[a] <= row[b]}
    assert upwards == set()


def test_every_exception_is_still_needed(imports: dict[str, set[str]]) -> None:
    for importer, imported in EXCEPTIONS:
        used = {m for name, others in imports.items() if f"{name}.".startswith(f"{importer}.") for m in others}
        assert any(f"{m}.".startswith(f"{imported}.") for m in used), (importer, imported)


def test_cycles_are_detected_and_type_checking_imports_are_ignored(tmp_path: Path) -> None:
    package = tmp_path / "example"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("from example.b import x\n")
    (package / "b.py").write_text("def f():\n    from example import c\n")
    (package / "c.py").write_text(
        "import example.a\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import example.d\n"
    )
    (package / "d.py").write_text("import example.c\n")
    assert cycles(module_imports(package)) == [["example.a", "example.b", "example.c"]]
