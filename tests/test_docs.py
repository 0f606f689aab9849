"""The documents keep their word: commands in them print what they show, links lead somewhere, set-up lines agree."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import ROOT, Command

DOCUMENTS = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TEST_COMMAND = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python tools/check.py"


def sessions() -> list[tuple[str, str, str, dict[str, str]]]:
    """Every ``$ symprop …`` in a console block: where it stands, the command, the output shown under it, and the files.

    A file is there when a ``$ cat FILE`` above has shown what is in it.
    """
    found = []
    for path in DOCUMENTS:
        files: dict[str, str] = {}
        for language, block in BLOCK.findall(path.read_text(encoding="utf-8")):
            if language == "console":
                for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                    line, _, output = shown.partition("\n")
                    if line.startswith("cat "):
                        files[line.removeprefix("cat ")] = output.removesuffix("\n") + "\n"
                    if line.startswith("symprop "):
                        found.append((str(path.relative_to(ROOT)), line, output, dict(files)))
    return found


@pytest.mark.parametrize(("document", "line", "shown", "files"), sessions())
def test_a_command_prints_what_the_document_shows(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    document: str,
    line: str,
    shown: str,
    files: dict[str, str],
) -> None:
    """Standard output and error together, as on a terminal; a line ``…`` stands for any number of lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("symprop.cli.derive.is_terminal", lambda _: True)  # the reader of a document sits at one
    monkeypatch.setattr("symprop.cli.derive.columns", lambda: 80)
    monkeypatch.setattr("symprop.cli.check.columns", lambda: 80)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    outcome = command(*shlex.split(line)[1:])
    pattern = ".*".join(re.escape(part) for part in shown.split("…\n"))
    assert re.fullmatch(pattern, outcome.err + outcome.out, re.DOTALL), outcome.err + outcome.out


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_readme_and_ci_use_one_test_command() -> None:
    for name in ("README.md", "CONTRIBUTING.md", ".ci/run"):
        assert TEST_COMMAND in (ROOT / name).read_text(encoding="utf-8").splitlines(), name


def test_the_rendered_formulas_of_the_readme_are_those_of_the_gallery() -> None:
    gallery = [path.read_text(encoding="utf-8") for path in (ROOT / "outputs").glob("*.md")]
    blocks = [block for language, block in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")) if language == "math"]
    assert blocks
    for block in blocks:
        assert any(block in page for page in gallery), block


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_in_documents_runs(path: Path) -> None:
    names: dict[str, object] = {}
    for language, block in BLOCK.findall(path.read_text(encoding="utf-8")):
        if language == "python":
            exec(compile(block, str(path), "exec"), names)  # noqa: S102 - our own documents, not a user's text
