"""The map: marks where partners lie, apart from each other, with the filters of the list."""

import re
from datetime import date
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.map.places import BOXES, Window, kept_clear, mark_size, project, spread
from app.map.queries import MOST_MARKS, Place, placed
from app.vocabulary import Rung, Status

JAPAN = {"fukuoka": (33.6, 130.4), "kanagawa": (35.4, 139.6)}


def marks(page):
    """The partners that are marked, and in which shape."""
    drawn = page.partition('<g class="map-marks">')[2].partition("</svg>")[0]
    return dict(re.findall(r'<a href="/partners/([a-z-]+)" class="status-([a-z_]+)">', drawn))


def test_the_projection_is_that_of_the_drawn_land():
    assert project(90, -180) == (0, 0)
    assert project(-90, 180) == (1000, 500)
    assert project(0, 0) == (500, 250)


points = st.tuples(st.floats(395, 440), st.floats(90, 130))


@settings(max_examples=60)
@given(st.lists(points, max_size=25))
def test_marks_do_not_cover_each_other_and_do_not_wander(found):
    """Twenty-five partners in a corner of Europe, wherever they lie, the same place twice included."""
    size, box = mark_size(Window.world), BOXES[Window.world]
    spots = spread(found, size, box)
    assert spots == spread(found, size, box)
    for i, a in enumerate(spots):
        assert box.holds(a.x, a.y)
        assert hypot(a.x - a.home_x, a.y - a.home_y) < 12 * size
        assert all(hypot(a.x - b.x, a.y - b.y) > size * 0.7 for b in spots[:i])


def test_a_mark_alone_stays_where_it_belongs():
    (spot,) = spread([(500.0, 250.0)], 10, BOXES[Window.world])
    assert not spot.moved


around = st.tuples(st.floats(800, 845), st.floats(195, 230))


@settings(max_examples=30)
@given(st.lists(around, max_size=12))
def test_no_mark_covers_the_names_of_the_archipelagos(found):
    """Twelve partners in the Eastern Sea: each stands aside from both names, and none goes far."""
    size, box = mark_size(Window.world), BOXES[Window.world]
    clear = kept_clear(size, box)
    assert len(clear) == 8
    for spot in spread(found, size, box, clear):
        assert all(hypot(spot.x - x, spot.y - y) > size * 0.7 for x, y in clear)
        assert hypot(spot.x - spot.home_x, spot.y - spot.home_y) < 8 * size


def test_too_many_are_gathered_and_none_is_lost():
    standing = (Status.stuck, Status.stuck, Rung.friendship, 30, 24)
    every = [Place(f"p{i}", f"P{i}", "FR", *standing, 40 + i % 17, i % 19) for i in range(MOST_MARKS + 1)]
    found = placed(every, Window.world)
    assert not found.marks
    assert sum(len(cluster.places) for cluster in found.clusters) == len(every)
    assert all(sum(cluster.counts.values()) == len(cluster.places) for cluster in found.clusters)


@pytest.fixture
def japan(make):
    for slug, (lat, lon) in JAPAN.items():
        make.partner(slug=slug, country="JP", lat=lat, lon=lon)
    make.partner(slug="lyon", country="FR", lat=45.8, lon=4.8)
    make.partner(slug="nowhere", name_en="A <b>place</b>", country="FR", lat=None, lon=None)


def test_the_map_shows_the_list_it_is_filtered_by(client, japan, queries):
    client.get("/map")
    with queries() as seen:
        page = client.get("/map?window=europe").text
    assert len(seen) <= 14
    assert marks(page) == {"lyon": "untied"}
    assert "2 elsewhere" in page
    assert "A &lt;b&gt;place&lt;/b&gt;" in page.partition("Without coordinates")[2]
    page = client.get("/map?country=JP").text
    assert marks(page).keys() == JAPAN.keys()
    assert 'href="/partners?country=JP"' in page
    assert "lyon" not in page
    assert "Hoàng Sa" in page
    assert "Trường Sa" in page


def test_the_map_stands_as_of_a_day(client, make, today):
    partner = make.partner(slug="fukuoka", lat=33.6, lon=130.4, friendship_since=date(2020, 1, 1))
    make.programme([partner], started_on=date(2026, 5, 1))
    assert marks(client.get("/map").text) == {"fukuoka": "advancing"}
    assert marks(client.get("/map?as_of=2026-04-01").text) == {"fukuoka": "no_data"}


@pytest.mark.parametrize("query", ["window=moon", "window=asia&window=europe", "status=x", "zoom=2"])
def test_what_the_map_does_not_know_is_refused(client, query):
    assert client.get(f"/map?{query}").status_code == 422


def test_the_map_is_empty_in_words(client, database):
    assert "No partner here" in client.get("/map").text
