"""The search at the top finds partners, people, organisations and forums, by any spelling."""

import html

import pytest

from tests.staging import staged


@staged
def some(make):
    hue = make.partner(slug="hue", name_vi="Huế", name_en="Hue City")
    person = make.person(name="Nguyễn Huệ")
    make.post(person, hue, title_vi="Chủ tịch")
    make.unit(code="quy-hue", name_vi="Quỹ Huế", name_en="Hue Fund")
    make.forum(code="hue-net", acronym="HueNet")
    make.partner(slug="lyon", name_vi="Lyon", name_en="Lyon")
    return person


@pytest.mark.parametrize("who", ["viewer", "officer", "manager"])
def test_everything_that_bears_the_words_is_found(as_, some, who):
    for url in ("/search?q=hue", "/search/suggest?q=hue"):
        page = as_(who).get(url)
        assert page.status_code == 200
        for target in ("/partners/hue", f"/people/{some.id}", "/organisations/quy-hue", "/forums/hue-net"):
            assert f'href="{target}"' in page.text
        assert "Lyon" not in page.text


def test_where_only_partners_fit_their_list_is_opened(client, some):
    assert client.get("/search?q=lyon").headers["location"] == "/partners?q=lyon"
    assert client.get("/search?q=").headers["location"] == "/partners"


def test_signs_are_text(client, make):
    make.unit(name_vi="<script>alert(1)</script>", name_en="<script>alert(1)</script>")
    for url in ("/search", "/search/suggest"):
        page = client.get(url, params={"q": "<script>"}).text
        assert "<script>alert" not in page
        assert "<script>alert(1)</script>" in html.unescape(page)
        assert "quy" not in client.get(url, params={"q": "%"}).text


def test_one_hit_and_twenty_ask_the_same(client, make, some, queries):
    def costs():
        found = []
        for url in ("/search?q=hue", "/search/suggest?q=hue"):
            with queries() as seen:
                client.get(url)
            found.append(len(seen))
        return found

    few = costs()
    with make.together():
        for n in range(20):
            make.person(name=f"Huệ {n}")
            make.unit(name_vi=f"Huế {n}")
            make.forum(acronym=f"Hue {n}")
            make.partner(name_vi=f"Huế {n}")
    assert costs() == few
