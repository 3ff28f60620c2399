"""A person with everything on file, and what no page may show once they are erased."""

import html
import re

from tests.staging import staged

# What is known of the person below, spelled so that it occurs nowhere else.
PRIVATE = {
    "name": "Sato Yuriko",
    "honorific": "Bà-S",
    "languages": "nihongo",
    "email": "sato@fukuoka.example",
    "phone": "+81 92 000",
    "protocol_notes": "Không ăn hải sản",
    "source": "Danh thiếp 7",
}


@staged
def fukuoka(make):
    """The partner at which the person is mayor."""
    return make.partner(slug="fukuoka", name_en="Fukuoka", name_vi="Fukuoka")


@staged
def sato(make, fukuoka):
    """A mayor with everything on file."""
    person = make.person(**PRIVATE)
    make.post(person, fukuoka, title_vi="Thị trưởng", title_en="Mayor")
    return person


def filled(client, url):
    """The hidden fields of the first form of a page, as a browser sends them."""
    page = client.get(url).text
    found = re.findall(r'<input type="hidden" name="(form_token|version|was)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in reversed(found)}
