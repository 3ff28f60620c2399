"""Both languages can say everything the program has to say, and nothing it has not."""

from datetime import UTC, date, datetime

import pytest

from app.i18n import Words, preferred, words
from app.vocabulary import DatePrecision, Locale, Status
from tests import sentences
from tests.sentences import catalogue, entries, placeholders

EACH = pytest.mark.parametrize("locale", list(Locale))


def report(lines):
    """All of them in one message."""
    found = sorted(lines)
    return f"{len(found)}:\n" + "\n".join(found)


@EACH
def test_every_code_has_its_words(locale):
    known = catalogue(locale)
    missing = {f"{context}: {code}" for context, code in sentences.codes_of_enums() - set(known)}
    assert not missing, report(missing)


def test_every_sentence_has_its_vietnamese():
    known = {text for context, text in catalogue(Locale.vi) if context is None}
    missing = {
        f"{text!r}  ({places[0]})" for text, places in sentences.sentences().items() if text not in known
    }
    assert not missing, report(missing)


@EACH
def test_every_error_has_its_words(locale):
    known = catalogue(locale)
    missing = {
        f"{code}  ({places[0][0] if places else 'app/schemas.py'})"
        for code, places in sentences.error_codes().items()
        if ("error", code) not in known
    }
    assert not missing, report(missing)


@EACH
def test_every_kind_of_problem_has_its_title(locale):
    missing = {kind for kind in sentences.problem_kinds() if ("problem", kind) not in catalogue(locale)}
    assert not missing, report(missing)


@EACH
def test_everything_that_may_not_be_found_has_a_name(locale):
    known = catalogue(locale)
    missing = {f"{r} ({w})" for r, w in sentences.records_not_found().items() if ("record", r) not in known}
    assert not missing, report(missing)


def test_both_languages_know_the_same_codes():
    vi, en = ({key for key in catalogue(locale) if key[0]} for locale in (Locale.vi, Locale.en))
    apart = {f"only in vi: {k}" for k in vi - en} | {f"only in en: {k}" for k in en - vi}
    assert not apart, report(apart)


@EACH
def test_every_entry_is_said_somewhere(locale):
    said = set(sentences.sentences())
    codes, families = sentences.codes_of_enums(), {context for context, _ in sentences.codes_of_enums()}
    sources = sentences.words_in_sources()
    unused = set()
    for file, (context, text), _ in entries(locale):
        if context is None:
            # The reference's sentences come from the OpenAPI document: tests/docs counts them.
            used = text in said or text in sources or file.endswith(("reference.po", "parameters.po"))
        elif context in families:
            used = (context, text) in codes
        elif context == "error":
            used = text in sentences.error_codes() or text.startswith("http_") or text in sources
        else:
            used = text in sources or text.startswith("http-")
        if not used:
            unused.add(f"{file}: {context or ''} {text!r}")
    assert not unused, report(unused)


@EACH
def test_no_entry_has_two_translations_and_none_is_empty(locale):
    """Which of two would be shown is a matter of the files' names."""
    seen, wrong = {}, set()
    for file, key, (_, words_) in entries(locale):
        other, before = seen.setdefault(key, (file, words_))
        if before != words_:
            wrong.add(f"{key} is {before!r} in {other} and {words_!r} in {file}")
        if not words_ or (isinstance(words_, tuple) and not all(words_)):
            wrong.add(f"{key} in {file} is empty")
    assert not wrong, report(wrong)


def test_a_sentence_and_its_translation_take_the_same_names():
    apart = set()
    english = catalogue(Locale.en)
    for file, (context, text), (ids, said) in entries(Locale.vi):
        if context is None:
            wanted = placeholders(text) | (placeholders(ids[1]) if isinstance(ids, tuple | list) else set())
        elif (context, text) in english:
            wanted = placeholders(str(english[context, text][1]))
        else:
            continue
        for form in said if isinstance(said, tuple | list) else [said]:
            # "one" may leave the number out, and Vietnamese has one form for all.
            if placeholders(form) ^ wanted - {"n"} and placeholders(form) != wanted:
                apart.add(
                    f"{file}: {text!r} takes {sorted(wanted)}, {form!r} takes {sorted(placeholders(form))}"
                )
    assert not apart, report(apart)


@EACH
def test_the_words_of_an_error_ask_only_for_what_it_brings(locale):
    """A name that is not brought would break the answer that tells the error."""
    known, wrong = catalogue(locale), set()
    for code, places in sentences.error_codes().items():
        asked = placeholders(str(known.get(("error", code), ("", ""))[1]))
        wrong |= {
            f"{place}: {code} asks for {sorted(asked - given)}"
            for place, given in places
            if asked - given and "*" not in given
        }
    assert not wrong, report(wrong)


@EACH
def test_every_sentence_can_be_filled_in(locale):
    """No stray percent sign."""
    wrong = set()
    for file, key, (ids, said) in entries(locale):
        for form in [
            *(said if isinstance(said, tuple | list) else [said]),
            *(ids if isinstance(ids, tuple) else [ids]),
        ]:
            names = placeholders(form)
            try:
                form % dict.fromkeys(names, 1) if names else None
            except (TypeError, ValueError, KeyError) as error:
                wrong.add(f"{file}: {key}: {error}")
    assert not wrong, report(wrong)


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB,en;q=0.9,vi;q=0.8", "en"),
        ("vi;q=0.8, en;q=0.9", "en"),
        ("fr, de", "vi"),
        ("fr, en;q=0.1", "en"),
        ("*", "vi"),
        ("en;q=x, vi", "vi"),
        (",;q=,=", "vi"),
    ],
)
def test_the_first_of_our_languages_that_is_wished_for_is_spoken(header, locale):
    assert preferred(header) == locale


def test_dates_are_written_as_officials_write_them():
    vi, en, day = words(Locale.vi), words(Locale.en), date(2008, 2, 20)
    assert (vi.date(day), en.date(day)) == ("20/02/2008", "20 Feb 2008")
    month = DatePrecision.month
    assert (vi.date(day, month), en.date(day, month)) == ("tháng 2/2008", "Feb 2008")
    assert vi.date(day, DatePrecision.year) == en.date(day, "year") == "2008"
    assert vi.date(None) == ""


def test_a_moment_is_shown_on_the_home_citys_clock():
    assert words(Locale.vi).moment(datetime(2026, 6, 15, 17, 30, tzinfo=UTC)) == "16/06/2026 00:30"
    assert words(Locale.vi).moment(None) == ""


def test_numbers_have_their_languages_separators():
    assert words(Locale.vi).number(1234.5) == "1.234,5"
    assert words(Locale.en).number(1234.5) == "1,234.5"
    assert words(Locale.vi).number(1_000_000) == "1.000.000"
    assert words(Locale.vi).number(None) == ""


def test_lists_are_joined_in_words():
    vi, en = words(Locale.vi), words(Locale.en)
    assert [vi.join([]), vi.join(["a"]), vi.join("ab"), en.join("abc")] == ["", "a", "a và b", "a, b and c"]


def test_countries_have_names():
    assert words(Locale.vi).country("JP") == "Nhật Bản"
    assert words(Locale.vi).country("??") == "??"


def test_a_code_without_words_is_an_error_and_not_a_blank():
    with pytest.raises(KeyError):
        words(Locale.vi).word("no-such", "code")
    assert Words(Locale.en).label(Status.stuck)


def test_a_sentence_that_counts_fits_its_number():
    spoken = words(Locale.en)
    assert spoken.ngettext("%(n)s thing", "%(n)s things", 1) == "1 thing"
    assert spoken.ngettext("%(n)s thing", "%(n)s things", 2) == "2 things"
