"""The counts above the queue tell what moved since the last report, by today's files."""

import re
from datetime import date

from tests.review.conftest import stuck


def strip(page):
    part = re.search(r'<ul class="facet-strip".*?</ul>', page, re.S)[0]
    found = {}
    for it in re.findall(r"<li>.*?</li>", part, re.S):
        count, rest = re.search(r'facet-n">(\d+)(.*?)</span>', it, re.S).groups()
        change = re.search(r"facet-change\">([^<]+)", rest)
        found[re.search(r"status-(\w+)", it)[1]] = (int(count), change[1] if change else "")
    return found


def test_each_count_says_how_it_changed_since_the_last_report(client, make, at):
    """Reported by quarters from 15 December: on 15 June the last report went up to 14 June."""
    stuck(make, "kyoto", since=date(2010, 1, 1))
    stuck(make, "kobe", since=date(2024, 6, 15), region="europe")
    page = client.get("/review").text
    assert "since 14 Jun 2026" in page
    now = strip(page)
    assert (now["stuck"], now["at_risk"], now["on_track"]) == ((2, "+1"), (0, "−1"), (0, ""))
    assert strip(client.get("/review?region=europe").text)["stuck"] == (1, "+1")
    assert strip(client.get("/review?quadrant=dormant").text)["stuck"] == (2, "+1")
    assert strip(client.get("/review?region=africa").text)["stuck"] == (0, "")
    at("2026-09-14")
    assert strip(client.get("/review").text)["stuck"] == (2, "+1"), "until the next quarter begins"
    at("2026-09-15")
    assert strip(client.get("/review").text)["stuck"] == (2, "")
