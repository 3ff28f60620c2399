"""The bounds of the policy."""

import pytest

from app.standing import DEFAULT_POLICY, Policy, PolicyError, Tier

LONG = dict.fromkeys(Tier, 120)


def test_the_default_policy_is_the_one_the_department_starts_with():
    assert Policy() == DEFAULT_POLICY
    assert DEFAULT_POLICY.patience == {"priority": 12, "regular": 24, "wide": 36}
    assert DEFAULT_POLICY.silence == {"priority": 6, "regular": 12, "wide": 24}
    rest = (DEFAULT_POLICY.warning, DEFAULT_POLICY.quiet, DEFAULT_POLICY.return_visit, DEFAULT_POLICY.memory)
    assert rest == (6, 12, 18, 24)


@pytest.mark.parametrize(
    ("figures", "field", "code"),
    [
        ({"warning": 0}, "warning", "out_of_bounds"),
        ({"memory": 121}, "memory", "out_of_bounds"),
        ({"return_visit": -1}, "return_visit", "out_of_bounds"),
        ({"quiet": 6.5}, "quiet", "not_whole"),
        ({"quiet": True}, "quiet", "not_whole"),
        ({"patience": {**LONG, "wide": 0}}, "patience.wide", "out_of_bounds"),
        ({"silence": {"priority": 6, "regular": 12}}, "silence.wide", "missing"),
        ({"warning": 12}, "warning", "warning_too_long"),
        ({"warning": 7, "quiet": 7}, "warning", "warning_too_long"),
        ({"patience": {**LONG, "regular": 6}}, "warning", "warning_too_long"),
    ],
)
def test_a_figure_out_of_bounds_is_named(figures, field, code):
    with pytest.raises(PolicyError) as refused:
        Policy(**figures)

    assert (refused.value.field, refused.value.code) == (field, code)


def test_the_ends_of_the_bounds_are_allowed():
    assert Policy(patience=LONG, silence=LONG, warning=119, quiet=120, return_visit=120, memory=120)
    assert Policy(silence=dict.fromkeys(Tier, 1), warning=1, quiet=2, return_visit=1, memory=1)


def test_a_policy_does_not_follow_later_edits_of_what_it_was_made_from():
    patience = dict(LONG)
    policy = Policy(patience=patience)
    patience[Tier.wide] = 1

    assert policy.patience[Tier.wide] == 120
