"""symprop: networks as formulas in, verified step-by-step derivations out.

``Network`` and ``Derivation`` load on first use, so that ``import symprop`` and ``symprop --help`` stay light.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symprop.api import Derivation, Network

__version__ = "0.1.0"
__all__ = ["Derivation", "Network", "__version__"]


def __getattr__(name: str) -> object:
    if name in ("Derivation", "Network"):
        from symprop import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
