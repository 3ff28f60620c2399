"""`python -m tests.api.record_examples` plays every call anew and writes app/docs/examples.json."""

import os

import pytest

if __name__ == "__main__":
    os.environ["CITYTIES_TEST_RECORD"] = "1"
    raise SystemExit(pytest.main(["-q", "tests/api/test_examples.py", "-k", "played and sqlite"]))
