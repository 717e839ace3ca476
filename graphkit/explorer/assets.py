"""The JavaScript library of the page: cytoscape.js (MIT), which is in the folder `vendor` and in every wheel.

`python -m graphkit.explorer.assets` compares the files with the package that npm publishes and exits with 1 if they
differ; with `--update` it replaces them. Neither installing nor running graphkit needs npm.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

PACKAGE = "cytoscape@3.34.4"
#: SHA-512 of the package, as npm publishes it.
INTEGRITY = "msY99tMY8iWTg+sIPGfSqDcPNOt4xcj+v/K/7qUFaCUxxlqnMkUYLBjRUzn9W5CU/R2hrmtJa5+UtovrEM2ctg=="
FOLDER = Path(__file__).parent / "vendor"
#: The page itself: HTML, style sheet and modules.
PAGE = Path(__file__).parent / "page"
#: Member of the package → file in `vendor`.
FILES = {"package/dist/cytoscape.min.js": "cytoscape.min.js", "package/LICENSE": "cytoscape.LICENSE"}
#: File in `vendor` → its SHA-512 in hexadecimal digits.
DIGESTS = {
    "cytoscape.min.js": "f685ab55c73d475f8a2fceeea825b0b1a9ad0cf2649f278d87fc42161e521c4b"
    "20bd5ec871be5582e9e0b3296385d7b2b7e2cd2860bd6e1c0a290d02e9388f3b",
    "cytoscape.LICENSE": "859e1165557079f7de730553603e49566c2d2923544429d6bcbab69412fc6019"
    "caf8fd64c4f115acd5d7d0c5962fe42923c9d51c3d32238face6f4b9e4672bea",
}


def problems(folder: Path = FOLDER, page: Path = PAGE) -> list[str]:
    """One sentence for each file of the page that is missing or was changed; empty when all files are complete."""
    found = [] if (page / "index.html").is_file() else [f"{page / 'index.html'} is missing: the page cannot be opened"]
    for name, digest in DIGESTS.items():
        path = folder / name
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            found.append(f"{path} is missing: the page cannot draw graphs")
        except OSError as error:
            found.append(f"{path} cannot be read ({error.strerror or error}): the page cannot draw graphs")
        else:
            if hashlib.sha512(data).hexdigest() != digest:
                found.append(f"{path} is not the published file of {PACKAGE}")
    return found


def published(
    package: str = PACKAGE, integrity: str = INTEGRITY, members: Mapping[str, str] = FILES
) -> dict[str, bytes]:
    """Return files as npm publishes them, by the name under which they are kept.

    package: name@version. integrity: SHA-512 of the package in Base64. members: member of the package → file.
    Raises RuntimeError when npm is missing, fails, or gives an unexpected package.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"npm is needed to compare {package} with its published files (Debian and Ubuntu: apt install npm)"
        )
    with tempfile.TemporaryDirectory() as name:
        done = subprocess.run([npm, "pack", "--silent", package], cwd=name, capture_output=True, text=True)
        packed = next(Path(name).glob("*.tgz"), None)
        if done.returncode or packed is None:
            raise RuntimeError(f"npm pack {package} failed: {done.stderr.strip() or 'it gave no file'}")
        if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != integrity:
            raise RuntimeError(f"npm gave an unexpected {package}: its SHA-512 differs")
        files = {}
        with tarfile.open(packed) as archive:
            for member, file in members.items():
                source = archive.extractfile(member)
                assert source is not None, member
                files[file] = source.read()
        return files


def main(arguments: list[str]) -> str:
    """Compare the files with the published ones, or replace them. Returns the text of the failure, "" for success."""
    try:
        files = published()
    except RuntimeError as error:
        return str(error)
    if "--update" in arguments:
        FOLDER.mkdir(exist_ok=True)
        for name, data in files.items():
            (FOLDER / name).write_bytes(data)
    wrong = [n for n, data in files.items() if not (FOLDER / n).is_file() or (FOLDER / n).read_bytes() != data]
    return f"not the published files of {PACKAGE}: {', '.join(wrong)}" if wrong else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or None)
