"""Every sentence and code the program may show, read off its sources."""

import ast
import inspect
import re
from enum import StrEnum
from functools import cache
from typing import Any

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import app.standing.playbook
import app.vocabulary
from app import errors
from app.config import ROOT
from app.errors import DomainError
from app.i18n import CATALOGUES, family
from app.vocabulary import Locale
from tests.source import modules, where

SPOKEN = {"_", "gettext", "ngettext"}
TEMPLATES = ROOT / "templates"


def enums() -> list[type[StrEnum]]:
    """The codes that pages put into words."""
    spaces = (app.vocabulary, app.standing.playbook)
    return [
        thing
        for space in spaces
        for thing in vars(space).values()
        if inspect.isclass(thing) and issubclass(thing, StrEnum) and thing.__module__ == space.__name__
    ]


def codes_of_enums() -> set[tuple[str, str]]:
    """Context and code of every member."""
    return {(family(enum), member.value) for enum in enums() for member in enum}


@cache
def sentences() -> dict[str, list[str]]:
    """Each sentence in the sources and where it is said; for one that counts, its singular."""
    found: dict[str, list[str]] = {}
    for module, tree in modules().items():
        names = SPOKEN | _aliases(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in names:
                for text in _texts(node.args[0]):
                    found.setdefault(text, []).append(where(module, node))
    for file in sorted(TEMPLATES.rglob("*.html")):
        with file.open("rb") as stream:
            options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
            for line, _function, text, _comments in babel_extract(stream, SPOKEN, [], options):
                first = text[0] if isinstance(text, tuple) else text
                if first:
                    found.setdefault(first, []).append(f"{file.relative_to(ROOT)}:{line}")
    return found


def _aliases(tree: ast.Module) -> set[str]:
    """Names given to gettext: `text = view.words.gettext`."""
    return {
        node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in SPOKEN
        and isinstance(node.targets[0], ast.Name)
    }


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts(node: ast.AST) -> list[str]:
    """The texts an argument may be: a literal, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return [*_texts(node.body), *_texts(node.orelse)] if isinstance(node, ast.IfExp) else []


def _errors() -> dict[str, type[DomainError]]:
    import app.failures

    spaces = (errors, app.failures)
    return {
        name: thing
        for space in spaces
        for name, thing in vars(space).items()
        if inspect.isclass(thing) and issubclass(thing, DomainError)
    }


def problem_kinds() -> set[str]:
    """The kinds of every DomainError."""
    return {error.kind for error in _errors().values()}


@cache
def error_codes() -> dict[str, list[tuple[str, set[str]]]]:
    """Each code that is raised: where, and the numbers that come with it."""
    from app.schemas import _CODES

    found: dict[str, list[tuple[str, set[str]]]] = {code: [] for code in _CODES.values()}
    for code in ("invalid", "not_found", "stale", "busy", "failed", "http_400", "http_405"):
        found.setdefault(code, [])
    classes = set(_errors()) - {"NotFound", "Stale", "Gone", "Invalid"}
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name, arguments = _name(node.func), node.args
            if name == "FieldError":
                arguments = arguments[1:]
            elif name not in classes and name != "refuse":
                continue
            given = {k.arg or "*" for k in node.keywords} - {"field"}
            for code in _texts(arguments[0]) if arguments else []:
                found.setdefault(code, []).append((where(module, node), given))
    return found


@cache
def records_not_found() -> dict[str, str]:
    """What NotFound may name."""
    return {
        text: where(module, node)
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) == "NotFound" and node.args
        for text in _texts(node.args[0])
    }


@cache
def words_in_sources() -> set[str]:
    """Every text, name and keyword in the sources: what a code can be made of."""
    found: set[str] = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            found |= {
                str(v) for f in ("id", "attr", "arg", "name") if isinstance(v := getattr(node, f, None), str)
            }
    for file in TEMPLATES.rglob("*.html"):
        found |= set(re.findall(r"[\w.-]+", file.read_text(encoding="utf-8")))
    return found


def catalogue(locale: Locale) -> dict[tuple[str | None, str], Any]:
    """Every entry of a language: context and id -> its words (a tuple where it counts)."""
    return {key: words for _file, key, words in entries(locale)}


def entries(locale: Locale) -> list[tuple[str, tuple[str | None, str], Any]]:
    """Every entry with the file it stands in."""
    found = []
    for file in sorted((CATALOGUES / locale.value).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=locale.value, abort_invalid=True):
                if message.id:
                    first = message.id[0] if isinstance(message.id, tuple | list) else message.id
                    found.append(
                        (f"{locale}/{file.name}", (message.context, first), (message.id, message.string))
                    )
    return found


def placeholders(text: str) -> set[str]:
    """The names of %(name)s in a text."""
    return set(re.findall(r"%\((\w+)\)[sd]", text))
