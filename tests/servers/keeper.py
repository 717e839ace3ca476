"""Runs a command until its own standard input is closed, so that a server ends with its parent.

`python keeper.py COMMAND…` prints the command's process id, then waits. When whoever started it closes the pipe, or
dies in whatever way, the command is ended: by SIGTERM, after ten seconds by SIGKILL.
"""

from __future__ import annotations

import subprocess
import sys
import threading


def main(command: list[str]) -> int:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr)
    print(child.pid, flush=True)
    ended = threading.Event()

    def wait_for_the_pipe() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait_for_the_pipe, daemon=True).start()
    while child.poll() is None and not ended.wait(0.1):
        pass
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
