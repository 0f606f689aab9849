"""Arrays of NumPy's ``.npz`` files, read without NumPy and without ever unpickling."""

from __future__ import annotations

import ast
import io
import math
import re
import struct
import sys
import zipfile
import zlib
from array import array
from collections.abc import Mapping

from symprop.errors import InputError
from symprop.training.blocks import Block

MAX_BYTES = 4_000_000_000
"""More than this comes out of no file, however small it is."""

_TYPES: Mapping[str, str] = {
    "f4": "f", "f8": "d", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H", "u4": "I", "u8": "Q", "b1": "B",
}  # fmt: skip
_DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, struct.error)
"""What reading a damaged archive raises."""

_MAGIC = b"\x93NUMPY"
_DESCR = re.compile(r"([<>|=])([a-z]\d+)")


def read_npz(data: bytes, name: str) -> dict[str, Block]:
    """The arrays in a file by their names.

    Raises:
        InputError: it is no such file, is damaged, too large, or holds something else than numbers.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise InputError(f"{name} holds more than {MAX_BYTES // 1_000_000_000} GB", hint="train on a part of it")
            found = {
                entry.filename.removesuffix(".npy"): _array(archive.read(entry), entry.filename.removesuffix(".npy"))
                for entry in archive.infolist()
                if entry.filename.endswith(".npy")
            }
    except _DAMAGED as error:
        raise InputError(f"{name} is no .npz file, or is damaged: {error}", hint="numpy.savez writes such files") from error
    if not found:
        raise InputError(f"{name} holds no arrays", hint="numpy.savez writes such files")
    return found


def _array(data: bytes, name: str) -> Block:
    kind, shape, fortran, start = _header(data, name)
    order, code = kind
    values: array[float] = array(_TYPES[code])
    count = math.prod(shape)
    size = int(code[1:])
    if values.itemsize != size or len(data) - start < count * size:
        raise InputError(f"the array {name} is shorter than it says")
    values.frombytes(data[start : start + count * size])
    if size > 1 and (order == ">") != (sys.byteorder == "big") and order in "<>":
        values.byteswap()
    made = values if code == "f8" else array("d", values)
    return Block(_transposed(made, shape) if fortran and len(shape) > 1 else made, shape)


def _header(data: bytes, name: str) -> tuple[tuple[str, str], tuple[int, ...], bool, int]:
    """Byte order and type, shape, whether the first axis runs fastest, and where the numbers begin."""
    try:
        if not data.startswith(_MAGIC):
            raise ValueError("no array")
        wide = data[6] > 1
        (length,) = struct.unpack_from("<I" if wide else "<H", data, 8)
        start = (12 if wide else 10) + length
        header = ast.literal_eval(data[start - length : start].decode("utf-8" if data[6] > 2 else "latin-1").strip())
        descr, shape, fortran = header["descr"], header["shape"], header["fortran_order"]
        if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
            raise ValueError("no shape")
    except (ValueError, KeyError, TypeError, IndexError, SyntaxError, struct.error, MemoryError, RecursionError) as error:
        raise InputError(f"the array {name} is damaged") from error
    match = _DESCR.fullmatch(descr) if isinstance(descr, str) else None
    if match is None or match[2] not in _TYPES:
        what = "Python objects, which are never loaded" if isinstance(descr, str) and "O" in descr else f"{descr!r}"
        raise InputError(f"the array {name} holds {what}", hint="save it as numbers: array.astype(float)")
    return (match[1], match[2]), shape, bool(fortran), start


def _transposed(values: array[float], shape: tuple[int, ...]) -> array[float]:
    """Numbers whose first axis runs fastest, with the last one fastest instead."""
    if len(shape) == 1:
        return values
    rows, made = shape[0], array("d")
    for first in range(rows):
        made.extend(_transposed(values[first::rows], shape[1:]))
    return made
