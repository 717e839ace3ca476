"""Builds two graphs on a Ray cluster of this process: `python -m tests.faults.running_cluster FOLDER REPORTS`.

The environment variable RAY_ADDRESS names the cluster in the first build; the second build finds it. The warnings go to standard error.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import graphkit
from tests.faults.clusters import two_nodes


def main(folder: Path, reports: Path) -> None:
    """Build both graphs and print the address of the cluster."""
    import ray

    logging.basicConfig(format="%(message)s")
    with two_nodes() as (made, _):
        ray.init(address=made.address, log_to_driver=False)
        ray.shutdown()
        print(made.address, flush=True)
        for name, address in (("named", made.address), ("found", "")):
            os.environ["RAY_ADDRESS"] = address
            if not address:
                del os.environ["RAY_ADDRESS"]
            with graphkit.open(folder / name, create=True) as graph:
                graph.build(reports, engine="ray")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
