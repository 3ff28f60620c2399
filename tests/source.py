"""The program's own text, for the tests that read it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

from app.config import ROOT


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of app by its dotted name."""
    found = {}
    for file in sorted((ROOT / "app").rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(file.read_text(encoding="utf-8"), str(file))
    return found


def where(module: str, node: ast.AST) -> str:
    """A place for a message: app/db.py:42."""
    path = ROOT / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


@cache
def committed() -> tuple[Path, ...]:
    """Every file under version control, those about to be added too; all of them where there is no git."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        hidden = {".venv", ".git", "var", "__pycache__"}
        names = [str(f.relative_to(ROOT)) for f in ROOT.rglob("*") if not hidden & set(f.parts)]
    return tuple(file for name in names if name and (file := ROOT / name).is_file())
