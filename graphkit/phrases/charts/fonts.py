"""Fonts with Chinese characters: the names that a chart asks for, and whether this machine has one."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

FAMILIES = (
    "Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, WenQuanYi Zen Hei, PingFang SC, Microsoft YaHei, "
    "SimHei, sans-serif"
)
#: Beginnings of the names of font files, in lower case without hyphens and spaces.
_FILE_NAMES = (
    *("notosanscjk", "notoserifcjk", "sourcehan", "wqy", "wenquanyi", "pingfang", "msyh", "simhei", "simsun"),
    *("stheiti", "arphic", "uming", "ukai", "droidsansfallback"),
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)


@cache
def has_chinese_font() -> bool:
    """Tell whether a font with Chinese characters is installed: by fontconfig, else by the names of font files."""
    try:
        return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, timeout=20, check=True).stdout.strip())
    except (OSError, subprocess.SubprocessError):
        files = (
            f
            for folder in _FOLDERS
            for f in Path(folder).expanduser().rglob("*")
            if f.suffix.lower() in (".ttf", ".ttc", ".otf")
        )
        return any(f.stem.lower().replace("-", "").replace(" ", "").startswith(_FILE_NAMES) for f in files)
