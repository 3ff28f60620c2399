"""`python -m app` as processes of their own, forked from one that has imported the program already.

What runs is the same command line with an environment of its own; only the seconds in which Python reads the
program's modules are spent once per worker. tests/cli/test_server.py starts the real thing as well.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from app.config import ROOT, settings

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.everything"])


class Program:
    """A running command, with the manners of subprocess.Popen: text on `stdout` and `stderr`, a `returncode`.

    `around` (a function of a module) changes something in the process before it begins.
    """

    def __init__(self, *words: str, env: dict[str, str], around: Callable[[], None] | None = None) -> None:
        (said, out), (wrong, err) = _FORKS.Pipe(duplex=False), _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(target=_run, args=(words, env, out, err, around), daemon=True)
        self._process.start()
        self.stdout, self.stderr = (
            os.fdopen(os.dup(end.fileno()), encoding="utf-8") for end in (said, wrong)
        )
        self._rest = ("", "")
        for end in (said, out, wrong, err):
            end.close()

    @property
    def returncode(self) -> int | None:
        """How it ended, if it has: the negative number of the signal that killed it."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """As Ctrl-C or a service manager would."""
        assert self._process.pid
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """Without any chance to tidy up."""
        self._process.kill()

    def wait(self, timeout: float = 60) -> int:
        """Until it ends; how it ended."""
        self._process.join(timeout)
        if self.returncode is None:
            raise TimeoutError(f"still running after {timeout} seconds")
        if not self.stdout.closed:
            with self.stdout, self.stderr:
                self._rest = (self.stdout.read(), self.stderr.read())
        return self.returncode

    def communicate(self, timeout: float = 60) -> tuple[str, str]:
        """What it (a little) said from now on until it ended."""
        self.wait(timeout)
        return self._rest


def environment(place: Path, **more: str) -> dict[str, str]:
    """Of an installation in a folder; nothing else that the settings would read."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("CITYTIES_")}
    return {**env, "CITYTIES_VAR": str(place), "CITYTIES_SECRET_KEY": "x", **more}


@contextmanager
def serving(
    place: Path, *words: str, start: Callable[..., Any] = Program, **more: str
) -> Iterator[tuple[Any, str, str]]:
    """`serve` (or `words`) on a free port: the process, its address and what it said first."""
    process = start(*(words or ("serve",)), "--port", "0", env=environment(place, **more))
    try:
        first = next((line for line in process.stdout if line.startswith("CityTies is at")), "")
        assert first.startswith("CityTies is at http://127.0.0.1:"), first + process.stderr.read()
        yield process, first.split()[3], first
    finally:
        process.kill()
        process.communicate()


def told(*words: str, env: dict[str, str]) -> str:
    """What a command said, which must end well."""
    program = Program(*words, env=env)
    said, wrong = program.communicate()
    assert program.returncode == 0, wrong
    return said


def _run(
    words: tuple[str, ...], env: dict[str, str], out: Any, err: Any, around: Callable[[], None] | None
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    settings.cache_clear()
    for end, name, number in ((out, "stdout", 1), (err, "stderr", 2)):
        os.dup2(end.fileno(), number)
        end.close()
        setattr(sys, name, os.fdopen(number, "w", buffering=1, encoding="utf-8", closefd=False))
    if around:
        around()
    command: Callable[..., Any] = import_module("app.cli").cli
    command(list(words), prog_name="python -m app")
