"""How hard the rules are tested: hundreds of examples by default, thousands where CI is set."""

import os

from hypothesis import HealthCheck, settings

# A repeatable run by default, so that a red test is about the change at hand; CI looks for new examples.
settings.register_profile(
    "standing",
    max_examples=3000 if os.environ.get("CI") else 200,
    derandomize=not os.environ.get("CI"),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
