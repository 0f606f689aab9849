"""The program that trains a generated C network on a CSV file."""

from __future__ import annotations

from typing import Any


def main_function(names: Any) -> str:
    """To be written."""
    raise NotImplementedError
