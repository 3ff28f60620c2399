"""Partners that come and go from stuck: the day is 2026-06-15, patience 12, 24 and 36 months."""

import re
from datetime import date
from types import SimpleNamespace

from app.vocabulary import Region, Tier
from tests.staging import staged


@staged
def world(make) -> SimpleNamespace:
    """Kyoto: stuck since 2012-01-10, out by a programme from 2020-03-01, in again on 2023-03-01 (quiet since
    2021-03-01, two years of patience). Lyon: stuck since 2018-05-05. Lima: never tied."""
    with make.together():
        sector = make.sector(code="energy")
        kyoto = make.partner(
            slug="kyoto",
            name_vi="Kyōto",
            name_en="Kyoto",
            friendship_since=date(2010, 1, 10),
            strengths=[sector],
        )
        make.review(kyoto, on=date(2010, 2, 1))
        make.programme(kyoto, sector=sector, started_on=date(2020, 3, 1))
        lyon = make.partner(
            slug="lyon", name_vi="Li-ông", name_en="Lyon", country="FR", region=Region.europe,
            tier=Tier.wide, friendship_since=date(2015, 5, 5),
        )  # fmt: skip
        make.review(lyon, on=date(2015, 6, 1))
        make.partner(slug="lima", name_vi="Lima", name_en="Lima", country="PE", region=Region.americas)
        make.forum(code="cities", members=[lyon])
    return SimpleNamespace(kyoto=kyoto, lyon=lyon)


def moves_of(html: str) -> list[tuple[str, str]]:
    """The day and the slug of each named move, as the page lists them."""
    found = re.findall(r'href="/partners/([\w-]+)\?as_of=(\d{4}-\d\d-\d\d)"', html)
    return [(day, slug) for slug, day in found]
