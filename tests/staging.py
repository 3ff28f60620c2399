"""Rows that many tests begin with, written once: `@staged` instead of `@pytest.fixture`.

    @staged
    def world(make):
        return SimpleNamespace(fukuoka=make.partner(slug="fukuoka"))

For the test nothing differs: it finds the rows, what it writes itself is rolled back, and what the fixture
returned is its own copy. Behind it the rows stand in an open transaction on a database beside the plain one
(a few for each worker and backend), and the next test that asks for the same staged fixtures goes back to
the savepoint after them. A staged fixture may ask for others, staged or not, as long as these only read;
where something else writes in between, the rows are simply written anew for every test.
"""

import inspect
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa

from tests.databases import SavepointDatabase

PLACES = 3  # databases per worker and backend on which something may stand at the same time


def staged(build: Callable[..., Any]) -> Any:
    """A fixture that writes through `make` or a service and returns what can be pickled."""
    asked = inspect.signature(build)

    def fixture(**given: Any) -> Any:
        database, at = given["database"], given["at"]
        wanted = {name: given[name] for name in asked.parameters}
        return database.scene.step(build, wanted, at) if database.scene else build(**wanted)

    more = [name for name in ("database", "at") if name not in asked.parameters]
    fixture.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [*asked.parameters.values(), *(inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in more)]
    )
    fixture.__name__, fixture.__doc__, fixture.__module__ = build.__name__, build.__doc__, build.__module__
    fixture.staged = build  # type: ignore[attr-defined]
    return pytest.fixture(fixture)


def asked_for(request: pytest.FixtureRequest) -> tuple[Callable[..., Any], ...]:
    """The staged fixtures that a test will come to."""
    found = request.node._fixtureinfo.name2fixturedefs  # pytest has no public way to look ahead
    defined = (found[name][-1].func for name in request.fixturenames if name in found)
    return tuple(func.staged for func in defined if hasattr(func, "staged"))


class Scene:
    """What some staged fixtures wrote, standing on a connection whose transaction is never committed."""

    def __init__(self, place: int, engine: sa.Engine, wanted: tuple[Callable[..., Any], ...]) -> None:
        self.place = place
        self.engine = engine
        self.wanted = wanted
        self.ready = False
        self._connection = engine.connect()
        self._outer = self._connection.begin()
        self._kept: dict[Callable[..., Any], tuple[bytes, Any]] = {}
        self._began: Any = None
        self._inner: sa.NestedTransaction | None = None
        self._building = False
        self._disturbed = False

    @contextmanager
    def for_one_test(self) -> Iterator[SavepointDatabase]:
        """The database of a test; while the scene is not ready, the test's fixtures make it so."""
        self._inner = self._connection.begin_nested() if self.ready else None
        try:
            yield SavepointDatabase(self.engine, self._connection, scene=self)
        finally:
            if self._inner is not None:
                self._inner.rollback()

    def step(self, build: Callable[..., Any], given: dict[str, Any], at: Any) -> Any:
        """What a staged fixture returns, its rows written if this is the first time."""
        if not self.ready:
            self._build(build, given, at)
        told, clock = self._kept[build]
        if build is self.wanted[0]:
            assert at.day == self._began, "a staged fixture begins on another day than when it was written"
        at.go_on(clock)
        return pickle.loads(told)

    def _build(self, build: Callable[..., Any], given: dict[str, Any], at: Any) -> None:
        self._began = self._began or at.day
        self._building = True
        try:
            value = build(**given)
        finally:
            self._building = False
        self._kept[build] = (pickle.dumps(value), at.state())
        if not self._disturbed and set(self._kept) == set(self.wanted):
            self.ready = True
            self._inner = self._connection.begin_nested()

    def written(self) -> None:
        """Somebody writes: before all is staged it must be the staged fixtures alone."""
        self._disturbed |= not self.ready and not self._building

    def strike(self) -> None:
        """Leave nothing of it."""
        self._outer.rollback()
        self._connection.close()


class Scenes:
    """The scenes of one worker and backend, the most recent last."""

    def __init__(self, engine: Callable[[int], sa.Engine]) -> None:
        self._engine = cache(engine)
        self._standing: list[Scene] = []
        self._free = list(reversed(range(PLACES)))

    @contextmanager
    def on(self, wanted: tuple[Callable[..., Any], ...]) -> Iterator[SavepointDatabase]:
        """The database of a test that asks for these staged fixtures."""
        scene = next((one for one in self._standing if one.wanted == wanted), None) or self._new(wanted)
        try:
            with scene.for_one_test() as database:
                yield database
        finally:
            self._standing.remove(scene)
            if scene.ready:
                self._standing.append(scene)
            else:
                self._strike(scene)

    def _new(self, wanted: tuple[Callable[..., Any], ...]) -> Scene:
        if not self._free:
            self._strike(self._standing.pop(0))
        place = self._free.pop()
        scene = Scene(place, self._engine(place), wanted)
        self._standing.append(scene)
        return scene

    def _strike(self, scene: Scene) -> None:
        scene.strike()
        self._free.append(scene.place)

    def strike_all(self) -> None:
        """Before the databases are dropped."""
        while self._standing:
            self._strike(self._standing.pop())


def scenes(fresh: Callable[[str, ExitStack], sa.Engine], stack: ExitStack) -> Scenes:
    """Scenes on databases that `fresh` makes, all gone with the stack."""
    engines = stack.enter_context(ExitStack())
    made = Scenes(lambda place: fresh(f"stage{place}", engines))
    stack.callback(made.strike_all)
    return made
