"""A real server over the demonstration, and a real Chromium to look at it with."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import chromium
from tests.processes import Program, told

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-22"
PASSWORD = "a walk around the lake"
# A browser that asks nobody but the server under test.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What comes, comes soon; a machine that is busy with all the other tests may take its time.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a Chromium; without one the last lines say that nothing was tested in it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@dataclass(frozen=True)
class Site:
    """A running server and how to sign in to it."""

    url: str

    def sign_in(self, page: Page, account: str) -> None:
        """Through the door, as a person does."""
        page.goto(f"{self.url}/sign-in")
        page.fill("input[name=email]", f"{account}@demo.invalid")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button.button-primary")
        page.wait_for_url(f"{self.url}/")


def _environment(var: Path, day: str = DAY) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITYTIES_")}
    return {
        **kept,
        "CITYTIES_DEMO": "1",
        "CITYTIES_DEMO_PASSWORD": PASSWORD,
        "CITYTIES_TODAY": day,
        "CITYTIES_VAR": str(var),
    }


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and loaded data folder, to be copied."""
    var = tmp_path_factory.mktemp("demonstration")
    for words in (("migrate",), ("demo", "load")):
        told(*words, env=_environment(var))
    return var


@contextmanager
def running(var: Path, day: str = DAY) -> Iterator[Site]:
    """The program as an installation runs it, on a free port and on a day."""
    process = Program("serve", "--port", "0", env=_environment(var, day))
    try:
        line = process.stdout.readline()
        assert line.startswith("CityTies is at "), line + process.stderr.read()
        yield Site(line.split()[3])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


@pytest.fixture(scope="session")
def site(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that tests only read from."""
    with running(copied(demonstration, tmp_path_factory.mktemp("site"))) as made:
        yield made


@pytest.fixture
def own_site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    """A server of the test's own, to write to."""
    with running(copied(demonstration, tmp_path / "var")) as made:
        yield made


@pytest.fixture
def own_data(demonstration: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, for `running(own_data, day)`: the days of one story."""
    return copied(demonstration, tmp_path / "var")


def copied(source: Path, target: Path) -> Path:
    """A data folder as it is, to go on from."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    return target


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for these tests. While it lives its event loop counts as running in this thread, so that
    no other test could start one: it ends with this folder's last test."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visitor(width=390)`: a fresh browser profile; a script error or a blocked resource fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(*, width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: _listen(said, complaints))
        page.set_default_timeout(30_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(said: Any, complaints: list[str]) -> None:
    # The browser logs a refusal that the page expects (422, 409, 403); htmx logs a request that the person
    # left behind by going on to another page.
    expected = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
    if said.type == "error" and not said.text.startswith(expected):
        complaints.append(said.text)
