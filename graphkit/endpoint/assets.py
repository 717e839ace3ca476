"""The query editor of the endpoint: YASGUI (MIT), which is in the folder `vendor` and in every wheel.

`python -m graphkit.endpoint.assets` compares the files with the package that npm publishes and exits with 1 if they
differ; with `--update` it replaces them. Neither installing nor running graphkit needs npm.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from graphkit.explorer.assets import published

PACKAGE = "@zazuko/yasgui@4.6.2"
#: SHA-512 of the package, as npm publishes it.
INTEGRITY = "Zw45KdPoAE1KRaAoxIHdQqeJxvaVG1oQdntw0hy0ktX35Zu8ZccuOLrXCLwR+GU+0xMzLw8Mjw6BkSZV2vUuQw=="
FOLDER = Path(__file__).parent / "vendor"
#: Member of the package → file in `vendor`. (The package states its licence in package.json.)
FILES = {
    "package/build/yasgui.min.js": "yasgui.min.js",
    "package/build/yasgui.min.css": "yasgui.min.css",
    "package/package.json": "yasgui.package.json",
}
#: File in `vendor` → its SHA-512 in hexadecimal digits.
DIGESTS = {
    "yasgui.min.js": "4968fc42cab618ffad58ea2dab74f44af1f10ec2bcf1c70febd2530357bad089"
    "e3f20e67db40a3689a147e46d760c4f81277a05ff9def2340f6e89dc43d1a217",
    "yasgui.min.css": "cdf55bc45063c82ec4cca88eebc3b8d812619af4fd9306eeb85d4f07e5823dbf"
    "6bc426ecd9db763e26b34855bf53c6cd57a3db1dc7a767ce75b5b6ada9604b9c",
    "yasgui.package.json": "22ec06b5aa0bec272ba355e2a2f6c24ad32cf9c998f82e523b6591bb53804b30"
    "2dfe319552fb452924b3a9dc58a1e049cfe6df0866f2d17e0db8401feecb1d25",
}


def problems(folder: Path = FOLDER) -> list[str]:
    """Return one sentence for each file that is missing or was changed."""
    found = []
    for name, digest in DIGESTS.items():
        path = folder / name
        try:
            data = path.read_bytes()
        except OSError as error:
            found.append(f"{path} cannot be read ({error.strerror or error}): the page /sparql has no query editor")
        else:
            if hashlib.sha512(data).hexdigest() != digest:
                found.append(f"{path} is not the published file of {PACKAGE}")
    return found


def main(arguments: list[str]) -> str:
    """Compare the files with the published ones, or replace them. Returns the text of the failure, "" for success."""
    try:
        files = published(PACKAGE, INTEGRITY, FILES)
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
