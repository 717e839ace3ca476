from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.commands import run_command

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def run() -> Run:
    """Runs commands in the test process."""
    return run_command
