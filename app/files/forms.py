"""The forms of files: the panel on a record's page, the edit form, both versions after a stale edit."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session

from app.config import settings
from app.files.holders import BY_RECORD, Holder
from app.files.kinds import BY_EXTENSION
from app.files.queries import SHOWN, FileRow, FilesPanel, files_of
from app.forms import FormView, Typed
from app.i18n import Words
from app.security import MOST_FILES
from app.templating import View
from app.vocabulary import FileCategory, FileClassification

FIELDS = ("category", "number", "document_on", "classification")
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class PanelView:
    """What templates/files/_panel.html shows: the files of a record and the form for more.

    `whole`: it stands on the page of the files, not on the record's own.
    """

    panel: FilesPanel
    form: FormView
    labels: dict[str, str]
    categories: Options
    classifications: Options
    megabytes: int
    most: int = MOST_FILES
    accept: str = ",".join(f".{extension}" for extension in BY_EXTENSION)
    whole: bool = False

    @property
    def max_bytes(self) -> int:
        """The longest file that is taken; a script says so before it is sent."""
        return self.megabytes * 1_000_000

    @property
    def kinds(self) -> str:
        """The kinds that are kept, for people."""
        return ", ".join(dict.fromkeys(k.extensions[0] for k in BY_EXTENSION.values()))


def panel_of(
    view: View,
    session: Session,
    record_type: str,
    record_id: int,
    *,
    form: FormView | None = None,
    limit: int = SHOWN,
    page: int = 1,
    whole: bool = False,
) -> PanelView:
    """The files of a record (`delegation`, `agreement`, `programme`, `follow_up`) for its page, which
    includes `files/_panel.html` and hands it this as `files`. Two statements."""
    assert view.actor is not None
    return PanelView(
        panel=files_of(session, record_type, record_id, view.actor, limit=limit, page=page),
        form=form or blank(BY_RECORD[record_type]),
        labels=labels(view.words),
        categories=options(view.words, FileCategory),
        classifications=options(view.words, FileClassification),
        megabytes=settings().file_mb,
        whole=whole,
    )


def blank(holder: Holder) -> FormView:
    """An upload form nobody has written in yet."""
    return FormView({"category": holder.usual, "classification": FileClassification.normal}, key="files")


def labels(spoken: Words) -> dict[str, str]:
    """The words of every field."""
    return {name: spoken.word("file_field", name) for name in ("file", *FIELDS)}


def options(spoken: Words, codes: type[StrEnum]) -> Options:
    """Codes as a menu."""
    return [(code.value, spoken.label(code)) for code in codes]


def stored(row: FileRow) -> dict[str, str]:
    """What is said of a file, as the edit form holds it."""
    return {
        "category": row.category.value,
        "classification": row.classification.value,
        "number": row.number or "",
        "document_on": row.document_on.isoformat() if row.document_on else "",
    }


def differences(typed: Typed, row: FileRow, spoken: Words) -> list[dict[str, str]]:
    """What was typed beside what stands now, in words, field by field."""
    now = stored(row)
    codes: dict[str, type[StrEnum]] = {"category": FileCategory, "classification": FileClassification}

    def shown(name: str, value: str) -> str:
        if name in codes and value in set(codes[name]):
            return spoken.label(codes[name](value))
        if name == "document_on":
            try:
                return spoken.date(date.fromisoformat(value))
            except ValueError:
                return value
        return value

    said = labels(spoken)
    return [
        {
            "name": name,
            "label": said[name],
            "mine": shown(name, typed.get(name)),
            "theirs": shown(name, now[name]),
        }
        for name in FIELDS
    ]
