"""The directions of docs/architecture: who may import whom, who reads the clock, who commits.

A module looks only downwards: RANKS goes from what knows nothing to what knows everything, and a module may
import what stands before its own line, or beside it as long as nothing goes round in a circle.
"""

import ast
import re
import sys
from fnmatch import fnmatchcase
from functools import cache

import pytest
from jinja2 import meta

from app.config import ROOT
from app.templating import environment
from app.vocabulary import Locale
from tests.source import committed, modules, where

RANKS: tuple[tuple[str, ...], ...] = (
    ("app", "app.vocabulary", "app.config", "app.text", "app.errors"),
    (
        "app.clock",
        "app.actor",
        "app.limits",
        "app.cors",
        "app.routing",
        "app.standing",
        "app.standing.*",
        "app.procedure",
        "app.procedure.*",
    ),
    ("app.agreements.force",),
    ("app.models", "app.models.*"),
    # record() stands low: it knows the tables and nothing of what is in them.
    ("app.db", "app.schemas", "app.forms", "app.i18n", "app.once", "app.history", "app.history.service"),
    ("app.fields",),
    ("app.assets", "app.readiness", "app.backup", "app.lists", "app.remembered"),
    ("app.tables",),
    # The manners of the API: what a read model refers to, its columns, what may be asked of it.
    (
        "app.references",
        "app.deprecation",
        "app.columns",
        "app.shapes",
        "app.described",
        "app.answers",
        "app.listings",
        "app.rest",
        "app.unchanged",
        "app.batch",
    ),
    ("app.word",),
    ("app.*.schemas", "app.*.filters"),
    (
        "app.standings.dossiers",
        "app.standings.policy",
        "app.standings.plays",
        "app.standings.columns",
        "app.standings.words",
    ),
    ("app.standings.playbook_words", "app.standings.days", "app.standings.reassess", "app.timeline.columns"),
    ("app.*.queries", "app.*.listing", "app.*.facets", "app.partner_page.course", "app.history.names"),
    ("app.auth", "app.auth.*"),
    ("app.standings.keeper", "app.standings.check", "app.*.service", "app.*.service.*"),
    ("app.checks",),
    ("app.templating",),
    # What runs by itself may write what people read: the digest is a mail made from templates.
    ("app.upkeep",),
    ("app.failures", "app.regions"),
    ("app.dependencies", "app.acts", "app.pages", "app.security"),
    ("app.*.web", "app.*.api"),
    ("app.main",),
    ("app.cli", "app.cli.*", "app.__main__"),
)
# The parts of a feature that have a place of their own; helpers beside them stand where imports put them.
# A service with two rooms is a folder: app/agreements/service/acts.py is one of its parts.
FEATURE = re.compile(r"app\.([a-z_]+)\.(schemas|queries|service|web|api)(?:\.[a-z_]+)?")


@cache
def rank(module: str) -> int | None:
    """The line of RANKS that names a module; the exact name wins over a pattern.

    A helper in a feature's folder, with a name of its own, stands as high as the highest thing it knows.
    """
    hits = [
        ("*" in pattern, -place, place)
        for place, patterns in enumerate(RANKS)
        for pattern in patterns
        if fnmatchcase(module, pattern)
    ]
    if hits:
        return min(hits)[2]
    folder = module.rpartition(".")[0] if module.count(".") == 2 else module
    if not any(other.startswith(f"{folder}.") and FEATURE.fullmatch(other) for other in modules()):
        return None
    return max((rank(name) or 0 for name, _ in imports(module) if name in modules()), default=0)


def imports(module: str) -> list[tuple[str, ast.AST]]:
    """The modules of app that a module imports, at the top or within a function."""
    known = modules()
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(known[module]):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{where(module, node)}: imports are written in full"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.append((full if full in known else str(node.module), node))
    return [(name, node) for name, node in found if name.split(".")[0] == "app" and name != module]


def test_every_module_has_its_place():
    lost = [module for module in modules() if rank(module) is None]
    assert not lost, (
        f"{', '.join(lost)}: no line of RANKS in tests/test_architecture.py names this. If it "
        "belongs to a feature put it into that folder; else say in RANKS what it may know."
    )


def test_modules_look_only_downwards():
    wrong = []
    for module in modules():
        for name, node in imports(module):
            mine, theirs = rank(module), rank(name)
            if mine is not None and theirs is not None and theirs > mine:
                wrong.append(f"{where(module, node)}: {module} may not import {name}, which stands above it")
    assert not wrong, "\n".join(wrong)


def test_no_modules_import_each_other_in_a_circle():
    graph = {module: {name for name, _ in imports(module) if name in modules()} for module in modules()}
    assert not (circle := _circle(graph)), " -> ".join(circle)


def test_services_call_each_other_one_way_only():
    graph: dict[str, set[str]] = {}
    for module in modules():
        if not (found := FEATURE.fullmatch(module)) or found[2] != "service":
            continue
        others = (FEATURE.fullmatch(name) for name, _ in imports(module))
        called = {o[1] for o in others if o and o[2] == "service" and o[1] != found[1]}
        graph[found[1]] = graph.get(found[1], set()) | called
    assert not (circle := _circle(graph)), f"these features' services need each other: {' -> '.join(circle)}"


def test_pages_and_apis_know_nothing_of_other_features_pages():
    wrong = []
    for module in modules():
        mine = FEATURE.fullmatch(module)
        if not mine or mine[2] not in {"web", "api"}:
            continue
        for name, node in imports(module):
            theirs = FEATURE.fullmatch(name)
            if theirs and theirs[2] in {"web", "api"} and theirs[1] != mine[1]:
                wrong.append(f"{where(module, node)}: what {module} and {name} share belongs below them")
    assert not wrong, "\n".join(wrong)


def test_the_rule_of_standing_knows_only_dates_and_words():
    wrong = []
    for module, tree in modules().items():
        if not module.startswith(("app.standing.", "app.procedure.")) and module != "app.standing":
            continue
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{where(module, node)}: {name}" for name in names if not _pure(name)]
    assert not wrong, "\n".join(wrong)


def _pure(name: str) -> bool:
    top = name.split(".", maxsplit=1)[0]
    own = ("app.standing", "app.procedure", "app.vocabulary")
    return top in sys.stdlib_module_names or top == "dateutil" or name.startswith(own)


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """A way round, or nothing."""
    done: set[str] = set()

    def follow(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for other in sorted(graph.get(node, ())):
            if circle := follow(other, [*path, node]):
                return circle
        done.add(node)
        return []

    return next((circle for node in sorted(graph) if (circle := follow(node, []))), [])


# ---- who may do what


def _named(node: ast.AST) -> str:
    """A dotted name as written: `datetime.now`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_named(node.value)}.{node.attr}"
    return ""


def _uses(pattern: str, *, but: tuple[str, ...]) -> list[str]:
    """Where a name is used, outside the modules that may."""
    wanted = re.compile(pattern)
    found = []
    for module, tree in modules().items():
        if module in but:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                names = [_named(node)] if isinstance(node, ast.Attribute) else []
            found += [f"{where(module, node)}: {name}" for name in names if wanted.fullmatch(name)]
    return found


def test_only_the_clock_reads_the_clock():
    """`today` is passed in, an instant comes from clock.now(): any rule can be asked about any day."""
    clock = r"(.*\.)?(datetime|date|dt)\.(now|utcnow|today)|(.*\.)?time\.(time|time_ns|localtime|gmtime)"
    database = r".*func\.(now|current_date|current_timestamp)"
    found = _uses(f"{clock}|{database}", but=("app.clock",))
    assert not found, "\n".join(found)


def test_the_clock_is_asked_as_a_whole():
    """`from app.clock import today` would keep its own name for it, which no test can fix."""
    found = _uses(r"app\.clock\.(now|today)", but=())
    assert not found, "\n".join(found)


def test_only_the_settings_read_the_environment():
    found = _uses(r"os\.(environ|environb|getenv)", but=("app.config",))
    assert not found, "\n".join(found)


def test_only_the_database_commits():
    """A service that commits would split what must be saved together."""
    # backup copies a file of its own, past any session.
    found = _uses(r".*\.commit", but=("app.db", "app.backup"))
    assert not found, "\n".join(found)


# What is filled in comes from our own lists, never from outside.
_OWN_NAMES = ("f'PRAGMA {pragma}'", "f'SELECT count(*) FROM \"{name}\"'", "f'SHOW {name}'")


def test_sql_is_never_put_together_from_texts():
    found = []
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = _named(node.func).split(".")[-1]
            if called not in {"text", "execute", "exec_driver_sql", "executescript"}:
                continue
            first = node.args[0]
            made = isinstance(first, ast.JoinedStr | ast.BinOp) or (
                isinstance(first, ast.Call) and _named(first.func).endswith("format")
            )
            if made and ast.unparse(first) not in _OWN_NAMES:
                found.append(f"{where(module, node)}: {ast.unparse(first)}")
    assert not found, "\n".join(found)


def test_templates_are_given_nothing_to_query_with():
    env = environment(Locale.vi)
    wrong = {
        name: asked
        for name in env.list_templates(extensions=["html"])
        if (
            asked := {"session", "database", "request", "db", "engine"}
            & meta.find_undeclared_variables(env.parse(env.loader.get_source(env, name)[0]))  # type: ignore[union-attr]
        )
    }
    assert not wrong


def test_every_public_function_says_what_it_means():
    """Its meaning, units and errors. Routes are described by their address and their permission."""
    silent = []
    for module, tree in modules().items():
        for scope in (tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))):
            if isinstance(scope, ast.ClassDef) and scope.name.startswith("_"):
                continue
            overrides = isinstance(scope, ast.ClassDef) and bool(scope.bases)
            for node in scope.body:
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                    continue
                inherited = overrides and node.name in {
                    "errors",
                    "process_bind_param",
                    "process_result_value",
                }
                if not (ast.get_docstring(node) or inherited or _is_route(node)):
                    silent.append(f"{where(module, node)}: {node.name}")
    assert not silent, "without a docstring:\n" + "\n".join(silent)


def _is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(d, ast.Call) and _named(d.func).startswith("router.") for d in node.decorator_list)


@pytest.mark.parametrize("way_in", ["app.cli", "app.dependencies", "seed.load"])
def test_every_way_in_brings_the_keeper_of_standings(way_in):
    """Its listeners must be there before the first write, whoever writes."""
    import subprocess

    if not list((ROOT / way_in.split(".")[0]).glob(f"{way_in.split('.')[1]}*")):
        pytest.skip(f"{way_in} is not written yet")
    code = f"import sys, {way_in}; sys.exit('app.standings.keeper' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# ---- what must not be in a committed file

_HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npm" + "js.com",
    "index-url " + "http",
)
_MACHINE = re.compile(r"(?<![\w.:/*}-])/(?:work|root|home|Users)/\w+")


def test_no_committed_file_names_a_registry_or_a_path_of_one_machine():
    found = []
    for file in committed():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            hits = [host for host in _HOSTS if host in line.replace("=", " ")]
            hits += _MACHINE.findall(line)
            found += [f"{file.relative_to(ROOT)}:{number}: {hit}" for hit in hits]
    assert not found, "\n".join(found)
