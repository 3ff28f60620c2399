"""`python -m app`: one program for serving, the schema, the demo, accounts, keys, checks and copies.

Every command ends with 0, or with one line on standard error that says why not.
"""

import typer

from app.cli.access import keys, users
from app.cli.console import OneLine
from app.cli.copies import backup, restore
from app.cli.demo import commands
from app.cli.schema import migrate
from app.cli.server import serve
from app.cli.trial import run
from app.cli.upkeep import check, tick, worker

cli = typer.Typer(
    cls=OneLine,
    name="cityties",
    help="CityTies: the register of a city's international ties.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cli.command()(serve)
cli.command()(migrate)
commands.command()(run)
cli.add_typer(commands, name="demo")
cli.add_typer(users, name="user")
cli.add_typer(keys, name="key")
cli.command()(check)
cli.command()(tick)
cli.command()(worker)
cli.command()(backup)
cli.command()(restore)

__all__ = ["cli"]
