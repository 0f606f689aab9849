"""``symprop check`` as people and scripts use it: which documents, which formats, which exit codes (the judge is a stub)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symprop.cli.choices import TABLES
from tests.cli import stub_judge
from tests.conftest import Command


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, stub_judge.NAME, stub_judge.module())
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> None:
    """Files by name, ``__`` for a dot and ``___`` for a slash."""
    for name, text in files.items():
        path = Path(name.replace("___", "/").replace("__", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


CODES = {
    "everything holds": ("$holds$ $defines$ $undecided$", [], 0),
    "something fails": ("$holds$ $fails$ $undecided$", ["--strict"], 1),
    "undecided under --strict": ("$holds$ $undecided$", ["--strict"], 3),
    "unread under --strict": ("$holds$ $unread$", ["--strict"], 3),
    "nothing judged": ("$undecided$ $skipped$", [], 5),
    "no formula": ("words", [], 5),
    "empty": ("", [], 5),
}


@pytest.mark.parametrize(("text", "options", "code"), CODES.values(), ids=CODES)
@pytest.mark.parametrize("form", TABLES["reports"].keys())
def test_exit_codes(command: Command, text: str, options: list[str], code: int, form: str) -> None:
    write(notes__md=text)
    outcome = command("check", "notes.md", "--format", form, *options)
    assert (outcome.code, outcome.err) == (code, "")


def test_the_report_goes_to_standard_output(command: Command) -> None:
    write(notes__md="Here\nit $fails$.\n")
    outcome = command("check", "notes.md")
    assert outcome.out == (
        "notes.md:2:5: ✗ fails: the two sides differ\n  2 │ it $fails$.\n    │     ^^^^^\n"
        "  with           w = 0.5\n  left side      1\n  right side     2\n\nnotes.md: ✗ 1 fails\n"
    )
    assert outcome.err == ""


@pytest.mark.parametrize("form", TABLES["reports"].keys())
def test_every_format_by_name_and_by_suffix(command: Command, form: str) -> None:
    write(notes__md="$holds$ $fails$")
    shown = command("check", "notes.md", "--format", form).out
    assert shown
    for suffix in TABLES["reports"].rows()[form][1].split():
        outcome = command("check", "notes.md", "-o", f"report{suffix}")
        assert (outcome.code, outcome.out) == (1, "")
        assert Path(f"report{suffix}").read_text(encoding="utf-8") == shown


def test_files_are_kept_unless_forced(command: Command) -> None:
    write(notes__md="$holds$", report__json="mine")
    assert command("check", "notes.md", "-o", "report.json").code == 2
    assert Path("report.json").read_text() == "mine"
    assert command("check", "notes.md", "-o", "report.json", "--force").code == 0
    assert json.loads(Path("report.json").read_text())["file"] == "notes.md"
    refused = command("check", "notes.md", "-o", "notes.md", "--format", "json", "--force")
    assert (refused.code, Path("notes.md").read_text()) == (2, "$holds$")


def test_folders_are_searched_in_order_without_what_is_hidden(command: Command) -> None:
    write(
        b__md="$holds$",
        b__net="y = w x",
        a___z__TEX="$holds$",
        a___b___c__ipynb="$holds$",
        a___node_modules___x__md="$BUG$",
        __git___x__md="$BUG$",
        __hidden__md="$BUG$",
    )
    pages = json.loads(command("check", "b.md", ".", "./b.md", "--format", "json").out)
    assert [page["file"] for page in pages] == ["b.md", "a/z.TEX", "a/b/c.ipynb"]


def test_what_is_no_file_is_no_document_of_a_folder(command: Command) -> None:
    write(a___b__md="$holds$")
    os.mkfifo("a/pipe.md")
    Path("a/loop.md").symlink_to("loop.md")
    Path("a/up").symlink_to("..")
    outcome = command("check", "a", "--format", "json")
    assert [page["file"] for page in json.loads(outcome.out)] == ["a/b.md"]
    assert command("check", "a/loop.md").err.startswith("error: cannot read a/loop.md: Too many levels")


def test_a_folder_that_may_not_be_searched_is_no_success(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a___b__md="$holds$", a___c___d__md="$fails$")
    scan = os.scandir

    def refuse(folder: str) -> object:
        if str(folder).endswith("c"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    outcome = command("check", "a")
    assert (outcome.code, outcome.err) == (2, "error: cannot search a/c: Permission denied\n")


def test_no_standard_input(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    for name in ("check", "derive"):
        outcome = command(name, "-")
        assert (outcome.code, outcome.out) == (2, "")
        assert "there is no standard input" in outcome.err


def test_a_folder_is_a_list_and_a_file_is_not(command: Command) -> None:
    write(a___b__md="$holds$")
    assert isinstance(json.loads(command("check", "a", "--format", "json").out), list)
    assert isinstance(json.loads(command("check", "a/b.md", "--format", "json").out), dict)


REFUSED = {
    "missing, near name": ("nots.md", "did you mean notes.md"),
    "missing": ("quite/different", "there is no file"),
    "a formula": ("$y = w x$", "symprop check -"),
    "an empty folder": ("empty", "there is no document in empty"),
    "no UTF-8": ("latin.md", "latin.md:2:4: byte 7 (0xe9) is no UTF-8 text"),
    "binary": ("nul.md", "NUL"),
    "not readable": ("x" * 300 + ".md", "there is no file"),
}


@pytest.mark.parametrize(("document", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_judged_is_told_and_the_others_are(command: Command, document: str, message: str) -> None:
    write(notes__md="$holds$", other__md="$fails$")
    Path("empty").mkdir()
    Path("latin.md").write_bytes(b"one\ncaf\xe9")
    Path("nul.md").write_bytes(b"a\0b")
    outcome = command("check", "notes.md", document, "other.md", "--format", "jsonl")
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.startswith("error: ")
    assert "Traceback" not in outcome.err
    first, refused, last = map(json.loads, outcome.out.splitlines())
    assert (first["summary"]["holds"], last["summary"]["fails"]) == (1, 1)
    assert refused["error"]["message"]
    alone = command("check", document)
    assert (alone.code, alone.out) == (2, "")


def test_a_bug_in_one_document_spares_the_others(command: Command) -> None:
    write(a__md="BUG", b__md="$holds$", c__md="REFUSE", d__md="LAMBDA", e__md="SEGV", f__md="EXIT")
    outcome = command("check", *(f"{name}.md" for name in "abcdef"), "--format", "jsonl")
    assert outcome.code == 4
    pages = [json.loads(line) for line in outcome.out.splitlines()]
    assert [page.get("error", {}).get("exit_code") for page in pages] == [4, None, 2, 4, 4, 4]
    assert "bug: symprop failed on a.md, not your input: InternalError: a promise is broken\n" in outcome.err
    assert "error: x.ipynb:1:1: this notebook is no JSON\n" in outcome.err
    assert "ended by signal 11" in outcome.err
    assert "Traceback" not in outcome.err


def test_standard_input_is_a_document(process: Command) -> None:
    for arguments, name in ((["-"], "<stdin>"), (["-", "--stdin-name", "notes.tex"], "notes.tex")):
        done = subprocess.run(
            [sys.executable, stub_judge.__file__, *arguments, "--format", "json"],
            input="$holds$ é".encode(),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)["file"] == name


def test_networks_are_what_derive_accepts(command: Command) -> None:
    write(notes__md="$holds$", mine__net="y = w x")
    networks = ["--network", "mine.net", "--network", "linear", "--network", "y = w x"]
    outcome = command("check", "notes.md", *networks, "--explain")
    assert outcome.code == 0
    assert "3 networks" in outcome.out
    assert "read: " in outcome.err
    assert command("check", "notes.md", *networks).err == ""
    bad = command("check", "notes.md", "--network", "y = w (x")
    assert (bad.code, bad.out) == (2, "")
    assert "error: <network>:1:7: " in bad.err


def test_usage(command: Command) -> None:
    write(notes__md="$holds$")
    for arguments, message in (
        ([], "DOCUMENT"),
        (["notes.md", "--format", "jsn"], "json"),
        (["notes.md", "-o", "x.pdf"], ".pdf"),
        (["-", "--network", "-"], "standard input"),
    ):
        outcome = command("check", *arguments)
        assert (outcome.code, outcome.out) == (2, "")
        assert message in outcome.err


def test_the_help_says_how(command: Command) -> None:
    told = command("check", "--help").out
    for word in ("symprop check notes.md", "--network", "--explain", "--strict", "Exit codes", "nothing was judged"):
        assert word in told


def test_a_document_without_the_word_check(command: Command) -> None:
    outcome = command("notes.md")
    assert outcome.code == 2
    assert "symprop check notes.md" in outcome.err


def test_colour_is_asked_for_or_not_there(command: Command) -> None:
    write(notes__md="$fails$")
    assert "\x1b" not in command("check", "notes.md").out
    assert "\x1b" in command("check", "notes.md", "--color", "always").out
