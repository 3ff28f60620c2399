"""Text from outside: what may be stored, and how it is compared."""

import re
import unicodedata

# Letters that NFKD leaves whole but that people type without their stroke.
_STROKES = str.maketrans(
    {
        "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "ħ": "h", "Ħ": "h",
        "ı": "i", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th", "ŋ": "ng", "Ŋ": "ng",
        "ʻ": "", "ʼ": "", "’": "", "'": "",
    }
)  # fmt: skip

# Format characters that honest scripts need: joiners (Persian, Khmer, emoji) and the soft line-break space
# of Khmer and Lao. Direction marks and overrides are not among them: names are shown inside <bdi> instead.
_HONEST = frozenset("\u200b\u200c\u200d")
_LINES = frozenset("\n\t")


def fold(text: str) -> str:
    """The form in which texts are compared: no strokes, no marks, compatibility forms unified, casefolded.

    "Hà Nội", "HA NOI" and their decomposed spellings fold to "ha noi"; "Đà Nẵng" to "da nang".
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_STROKES))
    plain = "".join(ch for ch in decomposed if not unicodedata.combining(ch) and ch not in _HONEST)
    return " ".join(plain.casefold().translate(_STROKES).split())


# Letters of their own in Vietnamese, each behind the letter it is written over: "{" and "|" follow "z".
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_LETTERS = str.maketrans(
    {"ă": "a{", "â": "a|", "đ": "d{", "ê": "e{", "ô": "o{", "ơ": "o|", "ư": "u{", "Đ": "d{"}
)


def alphabetical(text: str) -> str:
    """The key by which Vietnamese names sort: a ă â b c d đ e ê ... o ô ơ ... u ư, tones left aside."""
    toneless = unicodedata.normalize("NFD", text.casefold()).translate(_TONES)
    return fold(unicodedata.normalize("NFC", toneless).translate(_LETTERS))


def marked(text: str) -> str:
    """The form in which an exact-mark hit is recognised: NFC, casefolded, marks kept."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def refused_character(text: str, *, lines: bool = False) -> str | None:
    """The first character that may not be stored, as U+XXXX, or None.

    Control (Cc), format (Cf), surrogate (Cs) and unassigned-noncharacter code points are refused, except
    honest joiners, and line breaks where `lines` says so.
    """
    for ch in text:
        category = unicodedata.category(ch)
        if category in {"Cc", "Cf", "Cs", "Zl", "Zp"} and ch not in _HONEST and not (lines and ch in _LINES):
            return f"U+{ord(ch):04X}"
    return None


def clean(text: str, *, lines: bool = False) -> str:
    """NFC with line ends unified and outer space trimmed; inner runs of space collapse unless `lines`."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if lines:
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return text.strip()


def slugify(text: str) -> str:
    """ASCII lower-case words joined by hyphens; empty when nothing of the text can be written so."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def like_words(query: str) -> list[str]:
    """The folded words of a search, each escaped for LIKE with a backslash: %, _ and \\ are literal."""
    return [re.sub(r"([\\%_])", r"\\\1", word) for word in fold(query).split()]


_HYPHENS = str.maketrans(dict.fromkeys("-\u2010\u2013\u2014", " "))


def told_apart(name: str) -> str:
    """A name as twins are recognised by it: Ile-de-France and Ile de France are one."""
    return " ".join(fold(name).translate(_HYPHENS).split())[:200]
