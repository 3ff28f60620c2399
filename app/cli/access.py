"""Accounts and keys from the command line: the first admin, a forgotten password, another program's key."""

import sys
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from app.accounts import queries, service
from app.accounts.schemas import UserIn, UserPatch
from app.cli.console import ACTOR, Fault, writing
from app.errors import Refused
from app.keys.schemas import OVERLAP_DAYS, KeyIn, RotationIn
from app.keys.service import create_key, get_key, revoke_key, rotate_key
from app.schemas import parse
from app.vocabulary import Locale, Role, Scope

users = typer.Typer(help="Accounts of people.", no_args_is_help=True, rich_markup_mode=None)
keys = typer.Typer(help="Keys of other programs.", no_args_is_help=True, rich_markup_mode=None)

Email = Annotated[str, typer.Argument(help="The e-mail address they sign in with.")]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@users.command("add")
def add_user(
    email: Email,
    name: Annotated[str, typer.Option(help="The name, as colleagues write it.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    unit: Annotated[str | None, typer.Option(help="The code of their unit.")] = None,
    locale: Annotated[Locale, typer.Option(help="The language of their pages.")] = Locale.vi,
    password_stdin: Stdin = False,
) -> None:
    """Open an account; the password is asked for, never given on the command line."""
    given = {"email": email, "name": name, "role": role, "unit": unit, "locale": locale}
    data = parse(UserIn, {**given, "password": _password(password_stdin)})
    with writing() as session:
        user = service.add_user(session, ACTOR, data)
        typer.echo(f"{user.email} is {user.role}.")


@users.command("change")
def change_user(
    email: Email,
    role: Annotated[Role | None, typer.Option(help="What they may do from now on.")] = None,
    unit: Annotated[str | None, typer.Option(help="The code of their unit.")] = None,
    disabled: Annotated[
        bool | None, typer.Option("--disable/--enable", help="Close the account, or open it again.")
    ] = None,
    new_password: Annotated[bool, typer.Option("--new-password", help="Ask for a new password.")] = False,
    password_stdin: Stdin = False,
) -> None:
    """Change an account; a new role or password, and closing it, end its sessions."""
    data: dict[str, Any] = {"role": role, "unit": unit, "disabled": disabled}
    data = {name: value for name, value in data.items() if value is not None}
    with writing() as session:
        _known(session, email)
    if new_password or password_stdin:
        data["password"] = _password(password_stdin)
    if not data:
        raise Fault("nothing to change: see --help")
    patch = parse(UserPatch, data)
    with writing() as session:
        user_id, version = _known(session, email)
        user = service.change_user(session, ACTOR, user_id, patch, version=version)
        typer.echo(f"{user.email} is {user.role}{', closed' if user.disabled_at else ''}.")


def _known(session: Session, email: str) -> tuple[int, int]:
    user = queries.by_email(session, email)
    if user is None or user.id is None:
        raise Refused("unknown_user", field=email)
    return user.id, user.version


def _terminal() -> bool:
    return sys.stdin.isatty()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not _terminal():
        raise Fault("there is no terminal to ask for the password on: use --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


@keys.command("create")
def create(
    name: Annotated[str, typer.Option(help="The program that will hold the key.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; repeatable.")],
    unit: Annotated[str | None, typer.Option(help="The code of the unit it writes for.")] = None,
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day it works.")
    ] = None,
    address: Annotated[
        list[str] | None, typer.Option(help="A network it may come from (CIDR); repeatable.")
    ] = None,
) -> None:
    """Make a key. It is printed once, alone on standard output; only its hash is stored."""
    given = {
        "name": name,
        "scopes": scope,
        "unit": unit,
        "expires_on": expires and expires.date().isoformat(),
        "addresses": address or [],
    }
    data = parse(KeyIn, given)
    with writing() as session:
        key, text = create_key(session, ACTOR, data)
        public_id = key.public_id
    _tell(public_id, text)


def _tell(public_id: str, text: str) -> None:
    typer.echo(f"Key {public_id}: keep what follows, it is not shown again.", err=True)
    typer.echo(text)


KeyId = Annotated[str, typer.Argument(metavar="ID", help="The key's id: ct_<ID>_...")]


@keys.command("rotate")
def rotate(
    public_id: KeyId,
    overlap_days: Annotated[
        int, typer.Option(help="How many days the old secret works beside the new one.")
    ] = OVERLAP_DAYS,
) -> None:
    """Give a key a new secret. The whole key is printed once, as when it was made."""
    data = parse(RotationIn, {"overlap_days": overlap_days})
    with writing() as session:
        key = get_key(session, public_id)
        _, text = rotate_key(session, ACTOR, key, data, version=key.version)
    _tell(public_id, text)


@keys.command("revoke")
def revoke(public_id: KeyId) -> None:
    """End a key at once."""
    with writing() as session:
        key = revoke_key(session, ACTOR, get_key(session, public_id))
        typer.echo(f"Key {key.public_id} of {key.name} is worth nothing from now on.")
