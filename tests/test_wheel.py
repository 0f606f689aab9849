"""The wheel carries templates and examples, and works in an environment of its own, far from the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).resolve().parent.parent
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=root, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_is_complete_and_holds_nothing_else(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "examples"):
        wanted = {f"symprop/{path.relative_to(root)}" for path in (root / folder).rglob("*") if path.is_file()}
        assert wanted
        assert wanted <= names
    assert "symprop/py.typed" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"symprop"}
    assert not [name for name in names if name.endswith((".pyc", ".tmp"))]


@pytest.mark.slow
def test_the_installed_command_works(wheel: Path, tmp_path: Path) -> None:
    # The wheel alone goes into a folder in front of this environment's path: no index and no network needed,
    # and the folder proves that templates and examples come from the wheel and not from the checkout.
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(tmp_path / "site"), str(wheel)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import symprop; from symprop.cli.main import main\n"
        f"assert symprop.__file__.startswith({str(tmp_path)!r}), symprop.__file__\n"
        "assert main(['list', 'examples']) == 0\n"
        "sys.exit(main(['derive', 'linear', '--format', 'latex', '--standalone']))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"\\documentclass" in done.stdout
    assert b"sigmoid-chain" in done.stdout
