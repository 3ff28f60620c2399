"""The sourced layer as files: references resolve, codes are known, dates are honest, names are clean."""

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from app.vocabulary import (
    AgreementKind,
    AgreementLevel,
    AgreementState,
    AliasType,
    Channel,
    Confidence,
    DatePrecision,
    DayKind,
    DelegationDirection,
    ForumBasis,
    OrganisationKind,
    PartnerKind,
    ProcedureCode,
    Region,
    RelationBasis,
    SectorLevel,
    Tier,
    VisitLevel,
    VisitPurpose,
)

SEED = Path(__file__).resolve().parents[2] / "seed"
NAMES = sorted(path.stem for path in SEED.glob("*.csv"))
EXPECTED = [
    "agreements",
    "delegations",
    "disputes",
    "facts",
    "forum_members",
    "forums",
    "holidays",
    "interactions",
    "organisations",
    "partner_aliases",
    "partners",
    "procedure_rules",
    "sectors",
]
PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
PRECISION = {4: DatePrecision.year, 7: DatePrecision.month, 10: DatePrecision.day}

YEAR_BASIS = {"page", "inferred"}
MEMBER_ROLES = {"member", "attendee", "host", "board", "initiator", "participant"}
EVIDENCE = {"seed", "geonames", "derived", "curated"}
FACT_KINDS = {"figure", "policy", "legal_act", "award", "institution", "event", "programme"}
FLAG = {"0", "1"}

# table -> column -> allowed codes; a trailing "?" on the column lets it be empty.
CODES: dict[str, dict[str, type[StrEnum] | set[str]]] = {
    "sectors": {"level": SectorLevel},
    "organisations": {"kind": OrganisationKind},
    "forums": {"basis": ForumBasis, "is_network": FLAG},
    "forum_members": {"role": MEMBER_ROLES, "basis": ForumBasis},
    "partners": {
        "kind": PartnerKind,
        "region": Region,
        "tier": Tier,
        "relation_basis": RelationBasis,
        "friendship_precision?": DatePrecision,
        "confidence?": Confidence,
        "tie_known": FLAG,
    },
    "partner_aliases": {"type": AliasType, "evidence": EVIDENCE},
    "agreements": {
        "kind": AgreementKind,
        "level": AgreementLevel,
        "state": AgreementState,
        "confidence": Confidence,
        "year_basis?": YEAR_BASIS,
        "disputed": FLAG,
    },
    "delegations": {
        "direction": DelegationDirection,
        "level?": VisitLevel,
        "purpose?": VisitPurpose,
        "confidence": Confidence,
        "year_basis": YEAR_BASIS,
        "basis": {"visit", "signing"},
    },
    "interactions": {
        "channel": Channel,
        "two_way": FLAG,
        "confidence": Confidence,
        "year_basis": YEAR_BASIS,
    },
    "facts": {"kind": FACT_KINDS, "precision?": DatePrecision, "disputed": FLAG},
    "holidays": {"works": FLAG},
    "procedure_rules": {"code": ProcedureCode, "day_kind": DayKind},
}

# table -> column -> what it points at; "|" separates several, empty means none.
REFERENCES = {
    "sectors": {"parent": "sectors"},
    "organisations": {"successor": "organisations"},
    "forum_members": {"forum": "forums", "partner": "partners"},
    "partners": {"strengths": "sectors"},
    "partner_aliases": {"partner": "partners"},
    "agreements": {"partners": "partners", "sectors": "sectors", "lead_unit": "organisations"},
    "delegations": {"partners": "partners", "agreement": "agreements"},
    "interactions": {"partners": "partners"},
    "facts": {"partner": "partners"},
    "disputes": {"partner": "partners"},
}
KEYS = {"sectors": "code", "organisations": "code", "forums": "code", "partners": "slug"}
KEYS |= dict.fromkeys(("agreements", "delegations", "interactions", "facts"), "key")

DATES = {
    "forums": ["joined"],
    "partners": ["friendship_since"],
    "agreements": ["signed_on", "effective_on", "expires_on", "terminated_on"],
    "delegations": ["starts_on", "ends_on"],
    "interactions": ["on", "ends_on"],
    "facts": ["on", "until"],
    "organisations": ["active_from", "active_to"],
    "holidays": ["on"],
    "procedure_rules": ["valid_from"],
}
ORDERED = {
    "delegations": ("starts_on", "ends_on"),
    "interactions": ("on", "ends_on"),
    "facts": ("on", "until"),
}
WITNESSES = ("agreements", "delegations", "interactions")


def rows(name: str) -> list[dict[str, str]]:
    with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def keys(name: str) -> list[str]:
    return [row[KEYS[name]] for row in rows(name)]


def several(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def is_real(partial: str) -> bool:
    """Whether a partial ISO date names a month and day that exist."""
    if not PARTIAL.fullmatch(partial):
        return False
    try:
        date.fromisoformat((partial + "-01-01")[:10])
    except ValueError:
        return False
    return True


def test_the_files_are_the_expected_ones():
    assert NAMES == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_plain_utf8_in_nfc_with_lf(name):
    raw = (SEED / f"{name}.csv").read_bytes()
    text = raw.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert text.endswith("\n")
    assert "\r" not in text
    assert text == unicodedata.normalize("NFC", text)
    # Format characters (Cf) count too: an invisible joiner would split a name in two for a search.
    strange = {
        f"{ord(c):04x}" for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn"}
    }
    assert not strange


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_is_full_width_and_trimmed(name):
    for row in rows(name):
        assert None not in row, row
        assert None not in row.values(), row
        for column, cell in row.items():
            assert cell == cell.strip(), (column, cell)
            assert "  " not in cell, (column, cell)
            assert "\u00a0" not in cell, (column, cell)


def test_counts_of_the_fixed_lists():
    assert len(rows("partners")) == 100
    assert len(rows("partner_aliases")) == 333
    assert Counter(row["relation_basis"] for row in rows("partners")) == {"sourced": 67, "illustrative": 33}
    assert sum(row["tie_known"] == "1" for row in rows("partners")) == 35


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_are_unique(name):
    assert [key for key, n in Counter(keys(name)).items() if n > 1] == []


def test_slugs_are_url_safe_and_the_promised_ones_exist():
    slugs = keys("partners")
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []
    assert {"fukuoka", "kanagawa", "victoria-seychelles", "victoria-australia"} <= set(slugs)


def test_members_and_aliases_are_listed_once():
    for name, columns in (("forum_members", ("forum", "partner")), ("partner_aliases", ("partner", "alias"))):
        pairs = Counter(tuple(row[c] for c in columns) for row in rows(name))
        assert [pair for pair, n in pairs.items() if n > 1] == []


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_references_resolve(name):
    for column, target in REFERENCES[name].items():
        known = set(keys(target))
        for row in rows(name):
            assert [code for code in several(row[column]) if code not in known] == [], row


@pytest.mark.parametrize("name", WITNESSES)
def test_an_event_names_its_partners(name):
    for row in rows(name):
        partners = several(row["partners"])
        assert partners, row
        assert len(partners) == len(set(partners)), row


def test_disputes_point_at_a_record_and_tell_both_sides():
    for row in rows("disputes"):
        table, key = row["record_key"].split(":")
        record = {r[KEYS[table]]: r for r in rows(table)}[key]
        assert record[row["field"]] == row["value_used"], row
        assert row["source_used"], row
        assert row["source_other"], row
        assert row["note_vi"], row
        assert row["note_en"], row


@pytest.mark.parametrize("name", sorted(CODES))
def test_codes_are_in_the_vocabulary(name):
    for column, allowed in CODES[name].items():
        known = {str(code) for code in allowed} | ({""} if column.endswith("?") else set())
        for row in rows(name):
            assert row[column.rstrip("?")] in known, (column, row)


@pytest.mark.parametrize("name", sorted(DATES))
def test_dates_are_real_partial_dates(name):
    for row in rows(name):
        for column in DATES[name]:
            assert not row[column] or is_real(row[column]), (column, row)
        if name in ORDERED:
            start, end = (row[column] for column in ORDERED[name])
            assert not end or start <= end, row


def test_precision_is_what_the_date_shows():
    for name, when, precision in (
        ("partners", "friendship_since", "friendship_precision"),
        ("facts", "on", "precision"),
    ):
        for row in rows(name):
            assert row[precision] == (PRECISION[len(row[when])] if row[when] else ""), row


def test_a_visit_or_contact_has_a_date():
    assert [row for row in rows("delegations") if not row["starts_on"]] == []
    assert [row for row in rows("interactions") if not row["on"]] == []


def test_an_agreement_does_not_end_before_it_is_signed():
    for row in rows("agreements"):
        for column in ("effective_on", "expires_on", "terminated_on"):
            if row[column] and row["signed_on"]:
                assert row[column][:4] >= row["signed_on"][:4], row


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"partner_aliases", "disputes"}))
def test_every_row_has_a_source(name):
    assert [row for row in rows(name) if not row["source"]] == []


@pytest.mark.parametrize("name", WITNESSES)
def test_an_inferred_year_is_never_of_high_confidence(name):
    for row in rows(name):
        assert not (row["year_basis"] == "inferred" and row["confidence"] == "high"), row


def test_a_dated_tie_is_a_known_tie():
    for row in rows("partners"):
        assert row["tie_known"] == "1" or not row["friendship_since"], row


def test_a_signed_paper_means_a_known_tie():
    tied = {row["slug"] for row in rows("partners") if row["tie_known"] == "1"}
    for row in rows("agreements"):
        if row["state"] == AgreementState.signed:
            assert set(several(row["partners"])) <= tied, row


def test_friendship_is_not_younger_than_the_first_paper():
    since = {row["slug"]: row["friendship_since"] for row in rows("partners")}
    for row in rows("agreements"):
        for slug in several(row["partners"]):
            if since[slug] and row["signed_on"]:
                n = min(len(since[slug]), len(row["signed_on"]))
                assert since[slug][:n] <= row["signed_on"][:n], row


def test_illustrative_partners_have_no_relation():
    demo = {
        row["slug"]: row for row in rows("partners") if row["relation_basis"] == RelationBasis.illustrative
    }
    for row in demo.values():
        assert row["tie_known"] == "0"
        assert row["tier"] != Tier.priority
        assert not row["friendship_since"] + row["strengths"] + row["confidence"], row
    for name in WITNESSES:
        for row in rows(name):
            assert not demo.keys() & set(several(row["partners"])), row
    for name in ("disputes", "facts"):
        assert not demo.keys() & {row["partner"] for row in rows(name)}


def test_the_fukuoka_contradiction_is_kept():
    (used,) = [row for row in rows("agreements") if row["key"] == "fukuoka-2008"]
    assert used["signed_on"].startswith("2008")
    assert used["disputed"] == "1"
    (dispute,) = [row for row in rows("disputes") if row["record_key"] == "agreements:fukuoka-2008"]
    assert dispute["value_other"] == "2018-02"


@pytest.mark.parametrize("slug", ["bangkok", "caracas", "isfahan", "yerevan"])
def test_the_other_known_contradictions_are_kept(slug):
    assert slug in {row["partner"] for row in rows("disputes")}


def test_titles_use_the_names_of_the_partner_list():
    """A reader must find the same name in the list and in a title; brackets and unit words may differ."""
    partners = {row["slug"]: row for row in rows("partners")}

    def core(name: str) -> str:
        return re.sub(r" \(.*\)$| Prefecture$", "", name)

    for name in WITNESSES:
        for row in rows(name):
            for slug in several(row["partners"]):
                assert partners[slug]["name_vi"].casefold() in row["title_vi"].casefold(), row
                assert core(partners[slug]["name_en"]) in row["title_en"], row


def test_both_languages_are_filled():
    for name in EXPECTED:
        for row in rows(name):
            for column in row:
                if column.endswith("_vi"):
                    assert bool(row[column]) == bool(row[column[:-2] + "en"]), (name, column, row)


def test_a_country_lies_in_one_region():
    regions: dict[str, set[str]] = {}
    for row in rows("partners"):
        assert re.fullmatch(r"[A-Z]{2}", row["country"]), row
        assert -90 <= float(row["lat"]) <= 90, row
        assert -180 <= float(row["lon"]) <= 180, row
        assert row["population"] == "" or int(row["population"]) > 0, row
        regions.setdefault(row["country"], set()).add(row["region"])
    assert {country: found for country, found in regions.items() if len(found) > 1} == {}


def test_facts_carry_plain_numbers_with_a_unit():
    for row in rows("facts"):
        assert bool(row["value"]) == bool(row["unit"]), row
        if row["kind"] == "figure":
            assert float(row["value"]) >= 0, row
