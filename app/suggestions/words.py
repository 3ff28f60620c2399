"""Suggestions in words: each ground as a clause."""

from app.i18n import Words
from app.suggestions.schemas import Ground, Suggestion, Why


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text


_TEXTS = {
    Ground.strength: _("strong in the same: %(what)s"),
    Ground.country: _("in the same country: %(what)s"),
    Ground.forum: _("in the same forum: %(what)s"),
    Ground.home_of_donor: _("a donor of %(what)s"),
    Ground.works_there: _("behind a programme with partners in %(what)s"),
    Ground.member: _("the partner belongs to %(what)s"),
    Ground.same_country: _("our trip goes to %(what)s"),
    Ground.visited: _("our trip leads there"),
    Ground.city_priority: _("their strength, and a priority of the city: %(what)s"),
}


def why_text(spoken: Words, why: Why) -> str:
    """One ground as a clause."""
    text = _TEXTS[why.ground]
    return spoken.gettext(text, what=why.what) if "%(what)s" in text else spoken.gettext(text)


def because(spoken: Words, suggestion: Suggestion) -> str:
    """All grounds of a suggestion in one line."""
    return "; ".join(why_text(spoken, why) for why in suggestion.why)
