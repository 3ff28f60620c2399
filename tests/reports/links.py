"""What stands behind the numbers of a report, counted as a reader would: line by line, page by page."""

import re
from html import unescape

from app.reports.model import Report

_BODY = {
    "list": r"<tbody>(.*?)</tbody>",
    "plan": r'<table class="table table-cards plan-items">.*?<tbody>(.*?)</tbody>',
}


def numbers(report: Report) -> dict[str, int]:
    """Every number of a report by its address."""
    found: dict[str, int] = {}
    for section in report.sections:
        for block in section.blocks:
            for row in block.rows:
                for number in row.numbers:
                    assert found.setdefault(number.url, number.value) == number.value, number.url
    return found


def shown(page: str) -> list[tuple[str, str]]:
    """Every number of the page with its address."""
    return [
        (unescape(url), n) for url, n in re.findall(r'<td class="num"><a href="([^"]+)">([\d.,]+)</a>', page)
    ]


def length(client, url: str) -> int:
    """How many records the list at an address shows, over all its pages."""
    found = 0
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        text = answer.text
        if url.startswith("/follow-ups"):
            found += len(re.findall(r'<li class="work[ "]', text))
        elif body := re.search(_BODY["plan" if url.startswith("/plan") else "list"], text, re.DOTALL):
            found += body[1].count("<tr")
        after = re.search(r'rel="next" href="([^"]+)"', text)
        path = url.partition("?")[0]
        url = unescape(after[1]) if after else ""
        url = path + url if url.startswith("?") else url
    return found
