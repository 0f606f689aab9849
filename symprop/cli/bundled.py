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


def title(path: Path) -> str:
    """What an example says about itself: the comment in its first line."""
    first, _, _ = path.read_text(encoding="utf-8").partition("\n")
    return first.lstrip("# ").rstrip()
