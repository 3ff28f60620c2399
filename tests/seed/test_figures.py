"""Question 18: which figures disagree? Worked out by hand from seed/facts.csv and seed/disputes.csv."""

from app.figures.filters import FigureFilters
from app.figures.queries import list_figures
from app.vocabulary import Locale


def test_the_disputed_figures_of_the_sources(sourced):
    with sourced.read() as session:
        found = list_figures(session, FigureFilters(disputed=True), Locale.en)
    told = sorted((row.indicator, row.value) for row in found)
    assert told == [
        # 61 partners in February 2016 as the city says, 25 cities in December 2016 as a newspaper does.
        ("Capitals and cities with a signed agreement", 25),
        ("Capitals and cities with a signed agreement", 61),
        # 60 countries in 2014, 80 in a document without a day.
        ("Countries and territories investing in Hanoi", 60),
        ("Countries and territories investing in Hanoi", 80),
    ]
