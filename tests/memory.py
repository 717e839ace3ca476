"""How much memory a process took at most."""

from __future__ import annotations

import re
from pathlib import Path


def peak() -> int:
    """KiB of resident memory that this process has had at most.

    Not `ru_maxrss`: Linux passes that on through `exec`, so a small process started by a large one shows the large one's.
    """
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])
