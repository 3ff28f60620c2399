"""Importing this imports the whole program, pages and API included (they come with create_app otherwise)."""

from importlib import import_module

import app.cli  # noqa: F401
import seed.demo.load
import seed.load  # noqa: F401
from app.main import API, PAGES

for _name, _door in [*((name, "web") for name in PAGES), *((name, "api") for name in API)]:
    import_module(f"app.{_name}.{_door}")
