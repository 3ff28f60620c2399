"""What may be said about an agreement."""

import pytest

from app.agreements.schemas import AgreementIn
from app.errors import Invalid
from app.schemas import parse

PAPER = {"kind": "mou", "title": "Bản ghi nhớ", "partners": ["fukuoka"]}


@pytest.mark.parametrize("end", ["2025", "2025-03", "2025-03-03", "2026-01-01"])
def test_a_partly_known_end_counts_as_its_last_day(end):
    parse(AgreementIn, {**PAPER, "signed_on": "2025-03-03", "expires_on": end})


@pytest.mark.parametrize("end", ["2024", "2025-02", "2025-03-02"])
@pytest.mark.parametrize("field", ["expires_on", "terminated_on"])
def test_an_end_before_the_start_is_refused_at_its_own_field(field, end):
    with pytest.raises(Invalid) as refused:
        parse(AgreementIn, {**PAPER, "signed_on": "2025-03-03", field: end})
    assert [(e.pointer, e.code) for e in refused.value.errors] == [(field, "end_before_start")]
