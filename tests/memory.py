"""Peak memory of a process."""

from __future__ import annotations

import re
from pathlib import Path


def peak() -> int:
    """Peak resident memory of this process in KiB.

    `ru_maxrss` is not used: on Linux a new program inherits it through `exec` from the process that started it.
    """
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])
