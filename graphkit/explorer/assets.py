"""The one library of others that the page needs: cytoscape.js (MIT), fetched from npm when graphkit is packed or tested.

`python -m graphkit.explorer.assets` puts it beside the page. Wheels bring it along; git does not hold it.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "cytoscape@3.34.4"
#: SHA-512 of the package, as npm publishes it.
INTEGRITY = "msY99tMY8iWTg+sIPGfSqDcPNOt4xcj+v/K/7qUFaCUxxlqnMkUYLBjRUzn9W5CU/R2hrmtJa5+UtovrEM2ctg=="
FOLDER = Path(__file__).parent / "vendor"
#: Member of the package → file beside the page.
FILES = {"package/dist/cytoscape.min.js": "cytoscape.min.js", "package/LICENSE": "cytoscape.LICENSE"}


def fetch(folder: Path = FOLDER) -> None:
    """Fetch the library with npm. Raises RuntimeError when npm is not there, or gives something else than what is expected."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is needed to fetch cytoscape.js (Debian and Ubuntu: apt install npm)")
    with tempfile.TemporaryDirectory() as name:
        done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=name, capture_output=True, text=True)
        packed = next(Path(name).glob("*.tgz"), None)
        if done.returncode or packed is None:
            raise RuntimeError(f"npm pack {PACKAGE}: {done.stderr.strip() or 'nothing came'}")
        if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != INTEGRITY:
            raise RuntimeError(f"npm gave another {PACKAGE} than the one that was expected: its SHA-512 differs")
        folder.mkdir(exist_ok=True)
        with tarfile.open(packed) as archive:
            for member, file in FILES.items():
                source = archive.extractfile(member)
                assert source is not None, member
                (folder / file).write_bytes(source.read())


if __name__ == "__main__":
    try:
        fetch()
    except RuntimeError as error:
        sys.exit(str(error))
