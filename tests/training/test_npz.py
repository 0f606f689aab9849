"""Arrays of NumPy are read without it, in every type of number, and nothing is ever unpickled."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from typing import Any

import pytest

from symprop.errors import InputError
from symprop.model.reader import read_network
from symprop.training import from_npz
from symprop.training.npz import read_npz

np = pytest.importorskip("numpy")

VECTOR = read_network("inputs x[n]; targets t; weights w[n]; y = Σ_k w[k] x[k]; minimize E = (t - y)²")
SCALARS = read_network("inputs x_1 x_2; targets t; y = w_1 x_1 + w_2 x_2; minimize E = (t - y)²")


def saved(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?", ">f8", ">i4", "<f4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_type_and_order(kind: str, order: Any) -> None:
    array = np.array(np.arange(24).reshape(2, 3, 4), dtype=kind, order=order)
    block = read_npz(saved(a=array), "d.npz")["a"]
    assert block.shape == (2, 3, 4)
    assert block.nested() == array.astype(float).tolist()


def test_compressed_files_are_read() -> None:
    file = io.BytesIO()
    np.savez_compressed(file, a=np.zeros((3, 2)))
    assert read_npz(file.getvalue(), "d.npz")["a"].nested() == [[0.0, 0.0]] * 3


def test_arrays_are_matched_by_name() -> None:
    data = from_npz(VECTOR, saved(x=np.arange(6.0).reshape(3, 2), t=[1, 2, 3], other=np.zeros(7)), "d.npz")
    assert data.examples == 3
    assert data.shapes() == {"x": (2,), "t": ()}
    assert data.inputs["x"].nested() == [[0, 1], [2, 3], [4, 5]]


@pytest.mark.parametrize("arrays", [{"x": [[1.0, 2.0], [3.0, 4.0]]}, {"x_1": [1.0, 3.0], "x₂": [2.0, 4.0]}])
def test_columns_and_matrices_serve_each_other(arrays: dict[str, Any]) -> None:
    content = saved(**arrays, t=[5.0, 6.0])
    for network in (SCALARS, VECTOR):
        values = [v for block in from_npz(network, content, "d.npz").inputs.values() for v in block.values]
        assert sorted(values) == [1, 2, 3, 4]


class Bomb:
    def __reduce__(self) -> Any:
        raise AssertionError("unpickled")


def header(descr: str, shape: str) -> bytes:
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


TROUBLE = {
    "no archive": (b"PK\x03\x04 and so on", "no .npz file"),
    "damaged": (saved(x=np.zeros(1000))[:-500], "no .npz file"),
    "no arrays": (zipped(), "holds no arrays"),
    "no array": (zipped(x=b"hello"), "damaged"),
    "objects": (zipped(x=header("|O", "(1,)") + pickle.dumps([1])), "Python objects"),
    "text": (saved(x=np.array(["a"])), "the array x holds"),
    "complex": (saved(x=np.zeros(2, complex)), "the array x holds"),
    "structured": (saved(x=np.zeros(2, [("a", "f8")])), "the array x holds"),
    "too short": (zipped(x=header("<f8", "(1000,)") + b"\0" * 16), "shorter than it says"),
    "no shape": (zipped(x=header("<f8", "(-1,)")), "damaged"),
    "a call in the header": (zipped(x=header("<f8", "print(1)")), "damaged"),
    "lengths": (saved(x=np.zeros((3, 2)), t=np.zeros(2)), "x has 3 examples in d.npz, and t 2"),
    "nan": (saved(x=np.array([[0, 1], [np.nan, 2]]), t=np.zeros(2)), "x is nan in example 2"),
    "missing": (saved(x=np.zeros((3, 2))), "no column for the target t"),
    "no examples": (saved(x=np.zeros((0, 2)), t=np.zeros(0)), "no examples"),
}


@pytest.mark.parametrize(("content", "message"), TROUBLE.values(), ids=TROUBLE)
def test_what_cannot_be_used_is_said(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_npz(VECTOR, content, "d.npz")
