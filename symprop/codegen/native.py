"""C compiled by the system's compiler: once, kept by content and CPU in the user's cache folder, and loaded."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from symprop.errors import InternalError

FLAGS: tuple[str, ...] = (
    "-std=c99",
    "-O3",
    "-march=native",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-tree-slp-vectorize",
    "-fPIC",
    "-shared",
)
"""Results keep their digits: none of these lets the compiler reorder sums."""

_PATIENCE = 120.0


class NoCompilerError(Exception):
    """There is no C compiler, or it cannot make a library here; the message says so."""


def compiler() -> str | None:
    """The system's C compiler: ``$CC``, ``cc``, ``gcc`` or ``clang``."""
    wanted = (os.environ.get("CC", ""), "cc", "gcc", "clang")
    return next((found for name in wanted if name and (found := shutil.which(name))), None)


def cache_folder() -> Path:
    """Where compiled networks are kept: ``$XDG_CACHE_HOME/symprop`` or the system's place for such files."""
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "symprop"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "symprop"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "symprop" / "Cache"
    return Path.home() / ".cache" / "symprop"


def library(files: Mapping[str, str], name: str) -> tuple[ctypes.CDLL, ctypes.PyDLL]:
    """The library that *files* (texts by suffix, ``.c`` and ``.h``) make; the second one calls without giving up Python's lock.

    Raises:
        NoCompilerError: there is no compiler, it fails, or nowhere to put the result.
    """
    tool = compiler()
    if tool is None:
        raise NoCompilerError("there is no C compiler")
    key = hashlib.blake2b(digest_size=16)
    for part in (*FLAGS, tool, _version(tool), _processor(), *(text for _, text in sorted(files.items()))):
        key.update(part.encode() + b"\0")
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = folder / f"{name}-{key.hexdigest()}.so"
        if not target.exists():
            _compile(tool, files, name, target)
        return ctypes.CDLL(str(target)), ctypes.PyDLL(str(target))
    except OSError as error:
        raise NoCompilerError(f"the compiled network cannot be kept or loaded: {error}") from error


def _compile(tool: str, files: Mapping[str, str], name: str, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        for suffix, text in files.items():
            (Path(work) / f"{name}{suffix}").write_text(text, encoding="utf-8")
        made = Path(work) / "made.so"
        command = [tool, *FLAGS, "-o", str(made), str(Path(work) / f"{name}.c"), "-lm"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603 - no shell
        except subprocess.TimeoutExpired:
            raise NoCompilerError(f"{tool} took longer than {_PATIENCE:.0f} seconds") from None
        if done.returncode:
            if "error:" in done.stderr and f"{name}.c" in done.stderr:
                raise InternalError(f"the generated C does not compile: {done.stderr[:2000]}")
            raise NoCompilerError(f"{tool} failed: {done.stderr.strip()[:300]}")
        made.replace(target)  # atomic: two processes may compile the same network at once


@lru_cache(maxsize=8)
def _version(tool: str) -> str:
    try:
        done = subprocess.run([tool, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.split("\n", 1)[0]


@lru_cache(maxsize=1)
def _processor() -> str:
    """What tells one CPU from another: ``-march=native`` code runs only where its instructions are."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        wanted = ("model name", "flags", "Features", "CPU part")
        found = dict.fromkeys(line for line in lines if line.split(":")[0].strip() in wanted)
        return "\n".join(sorted(found)) or platform.processor()
    except OSError:
        return f"{platform.machine()} {platform.processor()} {platform.node()}"
