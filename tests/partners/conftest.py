"""What the tests of partners share: a page's table read off its markup."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient


@pytest.fixture
def listed(client: TestClient) -> Callable[..., list[str]]:
    """`listed("tier=wide&sort=-name")`: the slugs of the list in their order, as an officer sees it."""

    def slugs(query: str = "", browser: TestClient | None = None) -> list[str]:
        answer = (browser or client).get(f"/partners?{query}")
        assert answer.status_code == 200, answer.text
        rows = answer.text.partition("<tbody>")[2].partition("</tbody>")[0]
        return [unescape(s) for s in re.findall(r'<a href="/partners/([^"?]+)', rows)]

    return slugs
