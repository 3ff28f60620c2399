"""demo load and demo remove, and the one password of the demo accounts."""

import importlib
import secrets
from typing import Annotated, Any

import typer

from app import clock
from app.cli.console import Fault, opened
from app.config import settings

commands = typer.Typer(
    help="The data to look around with: the sourced layer, and the illustrative one on top.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
# Without letters and digits that look alike: people type it from the terminal.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_password() -> str:
    """The password of all demo accounts: the operator's, or one made at first need and kept under var/."""
    if settings().demo_password:
        return settings().demo_password
    file = settings().var / "demo_password"
    if not file.exists():
        settings().var.mkdir(parents=True, exist_ok=True)
        made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        file.touch(mode=0o600)
        file.write_text(made + "\n")
    return file.read_text().strip()


@commands.command()
def load(
    real_only: Annotated[
        bool, typer.Option("--real-only", help="Only what has a source; no demo accounts.")
    ] = False,
) -> None:
    """Load the seed; what is there already stays as it is, people's changes included."""
    if not real_only and not settings().demo:
        raise Fault("demo accounts belong in a demonstration: set CITYTIES_DEMO=1, or load with --real-only")
    real = _seed("seed.load")
    illustrative = None if real_only else _seed("seed.demo.load")
    today = clock.today()
    with opened() as database:
        typer.echo(f"Sourced: {_told(real.load(database, today))}")
        if illustrative is not None:
            typer.echo(f"Illustrative: {_told(illustrative.load(database, today, demo_password()))}")


@commands.command()
def remove() -> None:
    """Take the illustrative layer and the demo accounts out again."""
    with opened() as database:
        typer.echo(f"Removed: {_told(_seed('seed.demo.load').remove(database))}")


def _seed(name: str) -> Any:
    """A loader, imported when asked for: no other command needs the seed to be there."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise
        raise Fault("this installation carries no seed data") from None


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in counts.items() if n) or "nothing to do"
