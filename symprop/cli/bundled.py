"""The examples that come with symprop: found inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import symprop

SUFFIX = ".net"


def examples_folder() -> Path:
    """Where the examples lie; a wheel carries them inside the package, a checkout beside it."""
    package = Path(symprop.__file__).parent
    installed = package / "examples"
    return installed if installed.is_dir() else package.parent / "examples"


def examples() -> Mapping[str, Path]:
    """Every example by its name, sorted by name."""
    return {path.stem: path for path in sorted(examples_folder().glob(f"*{SUFFIX}"))}


def title(text: str) -> str:
    """What a network says about itself: the comment in its first line, "" if there is none."""
    first, _, _ = text.partition("\n")
    return first.lstrip("# ").rstrip() if first.startswith("#") else ""


def heading(text: str) -> str:
    """The title up to its colon, which is what a page of the network is called."""
    return title(text).partition(":")[0]
