"""What a letter is before it is written: its facts, whom it goes to, what is not known yet."""

from dataclasses import dataclass
from datetime import date

from app.vocabulary import LetterKind, Locale


@dataclass(slots=True)
class Addressee:
    """Whom a letter goes to, as far as this reader may know; `id` of a person of the register."""

    id: int | None
    name: str | None
    honorific: str | None
    title: str | None
    place: str
    email: str | None


@dataclass(slots=True)
class Fact:
    """One thing that the letter says and the record it is taken from; `text` in the letter's language."""

    code: str
    text: str
    url: str | None


@dataclass(slots=True)
class LetterGap:
    """Something that is not known: what stands for it in the letter, and the page where it is filled in (None
    for what is only known when the letter is registered and signed)."""

    code: str
    text: str
    url: str | None


@dataclass(slots=True)
class Letter:
    """A letter in full; `paragraphs` is its text, gaps in brackets."""

    kind: LetterKind
    language: Locale
    partner: str
    made_on: date
    subject: str
    addressee: Addressee
    salutation: str
    facts: list[Fact]
    missing: list[LetterGap]
    paragraphs: list[str]
