"""Files in and out: bounded reading with errors that say where, and writing that never loses the old file.

Writing goes through a temporary file in the same folder and one rename (click's own atomic file replaces the
user's file with half a text when an exception passes through it).
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from symprop.errors import InputError, Source, Span

MAX_BYTES = 2_000_000
"""A network longer than this is a mistake (a data file, a log), and is refused before it is read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a text is read as: the word for it, its greatest length in bytes, and what to do about one too long or empty.

    A kind without advice for empty texts may be empty.
    """

    word: str
    most: int
    too_long: str
    empty: str = ""


NETWORK = Kind("network", MAX_BYTES, "a network is a few lines of formulas", "write at least one formula, like `y = w x`")
DOCUMENT = Kind("document", 16_000_000, "split it into shorter documents")


def read_text(path: Path, kind: Kind = NETWORK) -> str:
    """The text of a file.

    Raises:
        InputError: not there, a folder, not readable, too long, empty, or no UTF-8 text.
    """
    return decode(read_bytes(path, kind), str(path), kind)


def read_bytes(path: Path, kind: Kind = NETWORK) -> bytes:
    """What is in a file, up to one byte more than its *kind* may have (:func:`decode` refuses that).

    Raises:
        InputError: not there, a folder, or not readable.
    """
    try:
        with path.open("rb") as file:
            return file.read(kind.most + 1)
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, not a {kind.word}", hint="name a file in it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {reason(error)}") from error


def read_standard_input(kind: Kind = NETWORK, name: str = "<stdin>") -> str:
    """The text on standard input.

    Raises:
        InputError: there is none, it is too long, empty, or no UTF-8 text.
    """
    if sys.stdin is None:
        raise InputError("there is no standard input", hint="name a file")
    try:
        data = sys.stdin.buffer.read(kind.most + 1)
    except OSError as error:
        raise InputError(f"cannot read standard input: {reason(error)}") from error
    return decode(data, name, kind)


def decode(data: bytes, name: str, kind: Kind = NETWORK) -> str:
    """*data* as text, without a byte order mark and with Unix line ends.

    Raises:
        InputError: longer than its *kind* may be, empty, no UTF-8, or it holds a NUL character; with the place.
    """
    if len(data) > kind.most:
        raise InputError(f"{name} is longer than {kind.most // 1_000_000} MB", hint=kind.too_long)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = Span(Source(data.decode("utf-8", "replace"), name), len(before), len(before) + 1)
        message = f"byte {error.start} (0x{data[error.start]:02x}) is no UTF-8 text"
        raise InputError(message, place, "save the file as UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        at = text.index("\0")
        raise InputError("NUL character: this is no text file", Span(Source(text, name), at, at + 1))
    if kind.empty and not text.strip():
        raise InputError(f"{name} is empty", hint=kind.empty)
    return text


def refuse_output(path: Path, *, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Find out before any work is done whether *path* may be written.

    Raises:
        InputError: it is an input, a folder, exists (and not *force*), is write-protected, or its folder is missing.
    """
    try:
        _refuse(path, _target(path), force, inputs)
    except OSError as error:  # a name too long, a folder that may not be searched
        raise InputError(f"cannot write {path}: {reason(error)}") from error


def _refuse(path: Path, target: Path, force: bool, inputs: Iterable[Path]) -> None:
    if not target.parent.is_dir():
        raise InputError(f"cannot write {path}: there is no folder {target.parent}", hint="make it first")
    if target.is_dir():
        raise InputError(f"cannot write {path}: it is a folder", hint="name a file in it")
    if not target.exists():
        return
    if any(source.exists() and target.samefile(source) for source in inputs):
        raise InputError(f"{path} is the input itself and will not be overwritten", hint="choose another name for the output")
    if _is_special(target):
        return
    if not force:
        raise InputError(f"{path} exists already and is not overwritten", hint="--force overwrites it")
    if not os.access(target, os.W_OK):
        raise InputError(f"cannot write {path}: it is write-protected")


def write_text(path: Path, text: str, *, force: bool = False, inputs: Iterable[Path] = ()) -> None:
    """Write *text* as UTF-8, all of it or nothing: whatever happens, the old file is whole and no litter stays.

    A symbolic link stays a link, and an existing file keeps its mode.

    Raises:
        InputError: as for :func:`refuse_output`, or the system refuses.
    """
    refuse_output(path, force=force, inputs=inputs)
    target = _target(path)
    data = (text if text.endswith("\n") else text + "\n").encode("utf-8", "backslashreplace")
    try:
        if _is_special(target):  # a pipe or /dev/null is written to, not replaced
            target.write_bytes(data)
        else:
            _replace(target, data, force=force)
    except FileExistsError:
        raise InputError(f"{path} exists already and is not overwritten", hint="--force overwrites it") from None
    except OSError as error:
        raise InputError(f"cannot write {path}: {reason(error)}") from error


def begin_file(path: Path, *, force: bool = False, inputs: Iterable[Path] = ()) -> FileIO:
    """A new file for lines that are read while it grows; nothing is buffered.

    Raises:
        InputError: as for :func:`refuse_output`, or the system refuses.
    """
    refuse_output(path, force=force, inputs=inputs)
    target = _target(path)
    try:
        return FileIO(target, "w" if force or _is_special(target) else "x")
    except FileExistsError:
        raise InputError(f"{path} exists already and is not overwritten", hint="--force overwrites it") from None
    except OSError as error:
        raise InputError(f"cannot write {path}: {reason(error)}") from error


def _replace(target: Path, data: bytes, *, force: bool) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    number, name = tempfile.mkstemp(prefix=".symprop-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        if force:
            temporary.replace(target)
        else:
            _move_if_free(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _move_if_free(temporary: Path, target: Path) -> None:
    """Give the file its name unless somebody else took that name since we looked."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError from None
        temporary.replace(target)


def _target(path: Path) -> Path:
    """The file that is really meant: links are followed, so that the link itself survives."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {path}: {reason(error)}") from error


def _is_special(target: Path) -> bool:
    return target.exists() and not target.is_file() and not target.is_dir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def reason(error: OSError | ValueError) -> str:
    """What the system says, in words."""
    return getattr(error, "strerror", None) or str(error)
