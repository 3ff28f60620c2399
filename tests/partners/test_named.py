"""Partners named in forms: every spelling is understood, what is suggested is understood again."""

import re

import pytest

from app.errors import Refused
from app.partners import named
from app.vocabulary import Locale


def options(page):
    return re.findall(r'<option value="([^"]+)">', page)


@pytest.mark.parametrize(
    "typed", ["ile-de-france", "Île-de-France", "ILE DE FRANCE", "  île–de–france ", "Đảo Pháp", "dao phap"]
)
def test_any_spelling_is_understood(database, make, typed):
    make.partner(slug="idf", name_vi="Vùng Île-de-France", name_en="Île-de-France", aliases=["Đảo Pháp"])
    with database.read() as session:
        assert named.find_partner(session, typed)[0] == "idf"


def test_what_is_suggested_is_understood_again(client, make, database):
    make.partner(slug="cordoba", name_vi="Córdoba", name_en="Córdoba", country="ES")
    make.partner(slug="cordoba-ar", name_vi="Córdoba", name_en="Córdoba", country="AR")
    make.partner(slug="idf", name_vi="Vùng Île-de-France", name_en="Île-de-France", country="FR")
    found = options(client.get("/search/partners?q=cordoba").text)
    assert sorted(found) == ["cordoba", "cordoba-ar"], "a shared name is written by its address"
    assert options(client.get("/search/partners?q=ile fra").text) == ["Île-de-France"]
    with database.read() as session:
        assert {named.find_partner(session, text)[0] for text in found} == {"cordoba", "cordoba-ar"}


def test_suggestions_are_few_and_say_nothing_of_nothing(client, make):
    with make.together():
        for n in range(30):
            make.partner(name_vi=f"Thành phố Hoa {n}", name_en=f"Flower City {n}")
    assert len(options(client.get("/search/partners?q=flower").text)) == 10
    for q in ("", "%20", "%25", "nowhere"):
        assert options(client.get(f"/search/partners?q={q}").text) == []


def test_a_stranger_is_told_nothing(stranger):
    assert stranger.get("/search/partners?q=a").status_code == 303


@pytest.mark.parametrize("url", ["/visits/new", "/follow-ups/new", "/interactions/new"])
def test_a_form_carries_the_partners_only_while_they_are_few(client, make, monkeypatch, url):
    monkeypatch.setattr(named, "EMBEDDED", 2)
    make.partner(slug="oslo", name_vi="Oslo", name_en="Oslo")
    make.partner(slug="seoul", name_vi="Seoul", name_en="Seoul")
    few = client.get(url).text
    assert {"Oslo", "Seoul"} <= set(options(few))
    assert "data-suggest-url" not in few
    make.partner(slug="tokyo", name_vi="Tokyo", name_en="Tokyo")
    many = client.get(url).text
    assert not {"Oslo", "Seoul", "Tokyo"} & set(options(many))
    assert 'data-suggest-url="/search/partners"' in many


def test_a_name_that_two_share_or_nobody_has_is_refused(database, make):
    make.partner(slug="cordoba", name_vi="Córdoba", name_en="Córdoba", country="ES")
    make.partner(slug="cordoba-ar", name_vi="Córdoba", name_en="Córdoba", country="AR")
    with database.read() as session:
        for text in ("Córdoba", "Atlantis", ""):
            with pytest.raises(Refused):
                named.find_partner(session, text)
        assert named.find_partners(session, ["cordoba-ar", " ", "cordoba", "cordoba"]) == [
            "cordoba-ar",
            "cordoba",
        ]
        assert named.named_in_form(session, "nowhere", Locale.en) == ["nowhere"]
