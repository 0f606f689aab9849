"""The Python door: :class:`Network` with everything one does to it.

>>> from symprop import Network
>>> net = Network.read("r_o = w_o·w_h·i")
>>> print(net.derive().result_text("w_o"))
−(t − r_o)·w_h·i
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symprop.check.report import Report as CoreReport
from symprop.derivation.derive import derive
from symprop.derivation.step import Derivation as CoreDerivation
from symprop.errors import InputError
from symprop.model import network as core
from symprop.model.network import Objective
from symprop.model.printer import network_text, to_text
from symprop.model.reader import read_network
from symprop.render.notation import PLAIN, Notation
from symprop.render.profiles import settle

if TYPE_CHECKING:
    from symprop.calculus.sympy_bridge import SympyExpr
    from symprop.codegen import Compiled


@dataclass(frozen=True, repr=False)
class Derivation(CoreDerivation):
    """A derivation that renders itself, in notebooks too, in the ``notation`` that was chosen for it."""

    notation: Notation = PLAIN

    def to(self, format: str, *, standalone: bool = False, templates: Path | None = None) -> str:  # noqa: A002
        """The derivation as text: ``"latex"``, ``"markdown"``, ``"json"`` or ``"text"``.

        Raises:
            InputError: the format is unknown or a template is broken.
        """
        from symprop.render import render

        return render(self, format, standalone=standalone, templates=templates, notation=self.notation)

    def result_text(self, name: str) -> str:
        """The delta form of the gradient of *name*, in the notation."""
        return to_text(self.result(name), self.network)

    def _repr_markdown_(self) -> str:
        return self.to("markdown")

    def _repr_latex_(self) -> str:
        from symprop.render.latex_math import to_latex

        spell = partial(to_latex, network=self.network, notation=self.notation)
        return _display(rf"{spell(g.partial)} &= {spell(g.delta_form, ranges=g.ranges)}" for g in self.gradients.values())

    def __str__(self) -> str:
        return self.to("text")

    def __repr__(self) -> str:
        names = ", ".join(self.gradients)
        return f"<Derivation of {self.of.name} by {names}: {len(list(self.steps))} verified steps>"


@dataclass(frozen=True)
class Network(core.Network):
    """A network that reads, derives and renders itself; see :class:`symprop.model.network.Network`."""

    @classmethod
    def read(cls, text: str, name: str = "<network>") -> Network:
        """Read the notation (docs/notation.md).

        Raises:
            InputError: the text cannot be read; says where and why.
        """
        return cls._of(read_network(text, name))

    @classmethod
    def from_sympy(
        cls,
        definitions: Mapping[Any, SympyExpr],
        *,
        cost: Any = None,
        maximize: bool = False,
        weights: Sequence[Any] = (),
        targets: Sequence[Any] = (),
        inputs: Sequence[Any] = (),
    ) -> Network:
        """A network from sympy: name (or Symbol) -> expression, in order, and which of them is the cost.

        Raises:
            InputError: an expression that the notation does not have, or a network that makes no sense.
        """
        from symprop.calculus.from_sympy import notation_from_sympy

        text = notation_from_sympy(definitions, cost=cost, maximize=maximize, weights=weights, targets=targets, inputs=inputs)
        return cls.read(text, "<sympy>")

    @classmethod
    def _of(cls, network: core.Network) -> Network:
        return cls(**{f.name: getattr(network, f.name) for f in fields(core.Network)})

    def derive(
        self,
        *,
        of: str | None = None,
        wrt: Sequence[str] | str = (),
        style: str | None = None,
        detail: int | None = None,
        numbers: bool = False,
        digits: int = 9,
        profile: str | None = None,
        registers: Sequence[str] | str = (),
        vectors: str | None = None,
        layout: str | None = None,
        sizes: Mapping[str, int] | None = None,
        **choices: str | bool,
    ) -> Derivation:
        """Derive and tell; see :func:`symprop.derivation.derive`.

        *profile* is the manner of a document or a textbook (:data:`symprop.render.profiles.PROFILES`); *style*, *detail* and
        *choices* (``residual="output-first"``, ``product="times"``, …) override what it says.

        Raises:
            InputError: no such profile or choice; or what :func:`symprop.derivation.derive` refuses.
        """
        told = settle(profile, style=style, detail=detail, **choices)
        made = derive(
            self,
            of=of,
            wrt=wrt,
            style=told.style,
            detail=told.detail,
            numbers=numbers,
            digits=digits,
            manner=told.manner,
            registers=((registers,) if isinstance(registers, str) else registers) or told.registers,
            vectors=vectors,
            layout=layout,
            sizes=sizes,
        )
        known = {f.name: getattr(made, f.name) for f in fields(CoreDerivation)}
        return Derivation(**known, notation=told.notation)

    def gradients(self) -> dict[str, SympyExpr]:
        """Every gradient of the cost, written out, as a sympy expression (over ``sympy.Symbol(name, real=True)``).

        Raises:
            InputError: the network has no cost or no weights.
        """
        from symprop.calculus.sympy_bridge import written_out

        derivation = derive(self, style="delta", detail=1)
        return {n: written_out(derivation.network, g.expanded) for n, g in derivation.gradients.items()}

    def compile(
        self,
        backend: str = "c",
        *,
        update: str = "simultaneous",
        sizes: Mapping[str, int] | None = None,
        say: Callable[[str], object] | None = None,
    ) -> Compiled:
        """The network, ready to compute and to train; see :mod:`symprop.codegen`.

        Raises:
            InputError: there is no such backend, or the network cannot be computed.
        """
        from symprop.codegen import compile_network

        return compile_network(self, backend, update=update, sizes=sizes, say=say)

    def generate(
        self, target: str, *, name: str = "network", update: str = "simultaneous", sizes: Mapping[str, int] | None = None
    ) -> Mapping[str, str]:
        """The network as source code: the text of each file by its suffix.

        Raises:
            InputError: there is no such target, or the network cannot be computed.
        """
        from symprop.codegen import generate

        return generate(self, target, name=name, update=update, sizes=sizes)

    @property
    def maximizes(self) -> bool:
        """Is the cost a performance to maximize?"""
        return self.objective is Objective.MAXIMIZE

    def _repr_latex_(self) -> str:
        from symprop.render.latex_math import to_latex

        rows = (f"{to_latex(d.ref)} &= {to_latex(d.expr, network=self)}" for d in self.definitions)
        return _display(rows)

    def __str__(self) -> str:
        return network_text(self)

    def __repr__(self) -> str:
        return f"<Network of {len(self.definitions)} definitions: {', '.join(self.by_name)}>"


@dataclass(frozen=True, repr=False)
class Report(CoreReport):
    """What is known about one document; it shows itself, in notebooks too."""

    def to(self, format: str, *, everything: bool = False, explain: bool = False) -> str:  # noqa: A002
        """The report as ``"text"``, ``"json"``, ``"jsonl"``, ``"sarif"`` or ``"github"``.

        *everything* lists in a text what is fine, too; *explain* adds how the document was read.

        Raises:
            InputError: the format is unknown.
        """
        from symprop import __version__
        from symprop.check.formats import Options, write

        return write([self], format, Options(everything=everything, explain=explain, version=__version__))

    def _repr_html_(self) -> str:
        from symprop.check.formats.html import html_report

        return html_report(self)

    def __str__(self) -> str:
        return self.to("text")

    def __repr__(self) -> str:
        from symprop.check.formats.remarks import counted

        return f"<Report on {self.file}: {counted(self) or 'no formula'}>"


def check_document(document: str | Path, *, networks: Sequence[core.Network] = (), name: str = "<document>") -> Report:
    """Judge every relation of *document*: a text, or the file at a :class:`~pathlib.Path`.

    *networks* say what names mean, where that is not to be taken from the document.  The suffix of *name* (of a file: its
    own) says whether a text is Markdown, LaTeX, a notebook or plain; without one its content does.

    Raises:
        InputError: the file cannot be read, or the document makes no sense as what it claims to be.
    """
    from symprop.check.checker import check

    if isinstance(document, Path):
        name = str(document)
        try:
            document = document.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {name}: {error}") from error
    made = check(document, name, networks)
    return Report(**{f.name: getattr(made, f.name) for f in fields(CoreReport)})


def _display(rows: Iterable[str]) -> str:
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"
