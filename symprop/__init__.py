"""symprop: networks as formulas in, verified step-by-step derivations out.

All but the version loads on first use, so that ``import symprop`` and ``symprop --help`` stay light.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symprop.api import Derivation, Network, Report, check_document

__version__ = "0.1.0"
__all__ = ["Derivation", "Network", "Report", "__version__", "check_document"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from symprop import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
