"""Files: what cannot be read is said so with the place, and no write ever loses what was there."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symprop.cli.files import MAX_BYTES, decode, read_text, refuse_output, write_text
from symprop.errors import InputError

UNREADABLE = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n", "empty"),
    "NUL": (b"y = w x\nz = \0 y", "NUL"),
    "latin-1": (b"y = w x\n# caf\xe9\n", "0xe9"),
    "UTF-16": ("y = w x".encode("utf-16"), "UTF-8"),
    "too long": (b"#" * (MAX_BYTES + 1), "longer than 2 MB"),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_an_input_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode(data, "x.net")


def test_the_place_of_a_bad_byte_is_shown() -> None:
    with pytest.raises(InputError) as caught:
        decode("y = w x\n# é ".encode() + b"\xff", "x.net")
    assert caught.value.span is not None
    assert (caught.value.span.line, caught.value.span.column) == (2, 5)
    assert caught.value.explain().splitlines()[2].index("^") == 4 + 4


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter() -> None:
    assert decode(b"\xef\xbb\xbfy = w x\r\nz = y\r", "x.net") == "y = w x\nz = y\n"


def test_folders_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_text(tmp_path)
    with pytest.raises(InputError, match="there is no file"):
        read_text(tmp_path / "nothing.net")


def test_a_long_stream_is_not_read_to_its_end() -> None:
    with pytest.raises(InputError, match="longer"):
        read_text(Path("/dev/zero"))


def test_a_new_file_has_the_text_and_an_ordinary_mode(tmp_path: Path) -> None:
    target = tmp_path / "out.tex"
    write_text(target, "σ'(z)")
    assert target.read_bytes() == "σ'(z)\n".encode()
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask
    assert os.listdir(tmp_path) == ["out.tex"]  # noqa: PTH208 - hidden files count


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    target = tmp_path / "out.tex"
    target.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        write_text(target, "theirs")
    assert target.read_text() == "mine"
    target.chmod(0o640)
    write_text(target, "theirs", force=True)
    assert target.read_text() == "theirs\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.tex", tmp_path / "link.tex"
    real.write_text("old")
    link.symlink_to(real)
    write_text(link, "new", force=True)
    assert link.is_symlink()
    assert real.read_text() == "new\n"


def test_the_input_is_never_the_output(tmp_path: Path) -> None:
    source, link = tmp_path / "a.net", tmp_path / "b.net"
    source.write_text("y = w x")
    link.symlink_to(source)
    for output in (source, link):
        with pytest.raises(InputError, match="the input itself"):
            write_text(output, "theirs", force=True, inputs=[source])
    assert source.read_text() == "y = w x"


@pytest.mark.parametrize("name", ["missing/out.tex", ".", "n" * 300 + ".tex"])
def test_where_nothing_can_be_written_it_is_said_before_any_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot write"):
        refuse_output(tmp_path / name, force=False)


def test_devices_are_written_to_and_not_replaced() -> None:
    write_text(Path(os.devnull), "gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, SystemExit])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], moment: str
) -> None:
    target = tmp_path / "out.tex"
    target.write_text("old")

    def interrupt(*_: object) -> None:
        raise error

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[moment], interrupt)
    with pytest.raises(InputError if error is OSError else error):
        write_text(target, "new" * 1000, force=True)
    monkeypatch.undo()
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.tex"]


SLOW_WRITE = """
import os, sys, time
from pathlib import Path
import symprop.cli.files, symprop.cli.main as main
import click

@click.command()
def slow():
    os.fsync = lambda _: (print("now", flush=True), time.sleep(60))
    symprop.cli.files.write_text(Path(sys.argv[1]), "new", force=True)

main.commands.add_command(slow)
sys.exit(main.main(["slow"]))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_in_the_middle_of_a_write(tmp_path: Path, number: int, code: int) -> None:
    target = tmp_path / "out.tex"
    target.write_text("old")
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_WRITE, str(target)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        started = time.monotonic()
        process.send_signal(number)
        _, message = process.communicate()
    assert process.returncode == code
    assert b"Traceback" not in message
    assert time.monotonic() - started < 30
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.tex"]
