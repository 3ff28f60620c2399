"""demo run: what `make run` starts. One process, so that a second run is there in seconds."""

import typer

from app.cli.demo import load
from app.cli.schema import migrate
from app.cli.server import Port, serve


def run(port: Port = 8000) -> None:
    """Migrate, load the demonstration and serve it on this machine."""
    migrate()
    load(real_only=False)
    typer.echo("")
    serve(host="127.0.0.1", port=port)
