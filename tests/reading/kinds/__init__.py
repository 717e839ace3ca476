"""Inputs of each kind of problem that people reported, invented for the tests: ten or more of each kind."""

import pytest

pytest.register_assert_rewrite("tests.reading.kinds.article")
