"""What a person typed: the posted form as names and texts, with repeating lines, kept for the next page."""

import re
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

_LINE = re.compile(r"^(?P<name>[a-z_]+)-(?P<place>\d{1,3})-(?P<field>[a-z_]+)$")
_OWN = ("form_token", "version")


class Typed:
    """A posted form. Unchecked boxes are absent; several boxes of one name are a list."""

    def __init__(self, data: FormData) -> None:
        self._texts: dict[str, str] = {}
        self._lists: dict[str, list[str]] = defaultdict(list)
        for name, value in data.multi_items():
            if isinstance(value, str):
                self._texts[name] = value
                self._lists[name].append(value)

    @property
    def token(self) -> str | None:
        """The form's own once-only token."""
        return self._texts.get("form_token")

    @property
    def version(self) -> int | None:
        """The version of the record that the form was made from."""
        text = self._texts.get("version", "")
        return int(text) if re.fullmatch(r"\d{1,9}", text) else None

    def get(self, name: str, default: str = "") -> str:
        """What was typed into one field."""
        return self._texts.get(name, default)

    def all(self, name: str) -> list[str]:
        """Everything that was ticked or typed under one name."""
        return list(self._lists.get(name, []))

    def lines(self, name: str) -> list[dict[str, str]]:
        """The repeating lines `name-0-field` in their order, blank ones included."""
        found: dict[int, dict[str, str]] = defaultdict(dict)
        for key, value in self._texts.items():
            if (match := _LINE.match(key)) and match["name"] == name:
                found[int(match["place"])][match["field"]] = value
        return [found[place] for place in sorted(found)]

    def data(
        self, *, lists: tuple[str, ...] = (), lines: dict[str, tuple[str, ...]] | None = None
    ) -> dict[str, Any]:
        """The form as a schema expects it: texts by name, `lists` as lists, `lines` as lists of objects.

        `lines` maps a list's name to the fields a person writes by hand: a line in which all of them are
        empty is blank and left out, whatever its menus say.
        """
        plain = {k: v for k, v in self._texts.items() if not _LINE.match(k) and k not in _OWN}
        for name in lists:
            plain[name] = self.all(name)  # type: ignore[assignment]
        result: dict[str, Any] = dict(plain)
        for name, keys in (lines or {}).items():
            result[name] = [line for line in self.lines(name) if any(line.get(k, "").strip() for k in keys)]
        return result

    def chosen(self, *, lists: tuple[str, ...] = ()) -> dict[str, Any]:
        """The form as a patch. After a stale edit (panels.diff) a field of which the other's value was
        chosen is left out: what is left out stays as it is stored."""
        data = self.data(lists=lists)
        theirs = {
            name.removeprefix("keep-") for name in data if name.startswith("keep-") and data[name] == "theirs"
        }
        return {k: v for k, v in data.items() if not k.startswith("keep-") and k not in theirs}

    def texts(self) -> dict[str, str]:
        """Every field as typed, lines included, to be shown again."""
        return dict(self._texts)


@dataclass(frozen=True)
class FormView:
    """A form as templates/macros/fields.html shows it.

    `data` fills the fields by name: what was typed after an error, else what is stored. `token` makes the
    form count once; `key` prefixes ids where a page has several forms.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    key: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
