"""Reports made by hand: every outcome, remarks, chains over several lines, odd characters."""

from __future__ import annotations

from symprop.check.report import Evidence, Finding, Outcome, Report
from symprop.check.results import Refused
from symprop.errors import ExitCode, Source, Span

TEXT = r"""# Notes
Let $r = w_o w_h i$ and $E = \frac12 (t - r)^2$, so $E = (t-r)^2 / 2$.

$$
\frac{\partial E}{\partial w_o}
= (t - r) w_h i
= 17 q
$$
We use 漢字 $\delta = ((t - r$ and $0.5 = 0.50$.
"""


def finding(text: str, outcome: Outcome, source: str = TEXT, name: str = "notes.md", **more: object) -> Finding:
    """A finding about the first place where *text* stands in *source*."""
    start = source.index(text)
    more.setdefault("latex", text)
    return Finding(span=Span(Source(source, name), start, start + len(text)), outcome=outcome, **more)  # type: ignore[arg-type]


FAILURE = finding(
    "\\frac{\\partial E}{\\partial w_o}\n= (t - r) w_h i",
    Outcome.FAILS,
    message="The sign is wrong.",
    code="SP201",
    kind="sign",
    counterexample={"w_o": "0.7", "t": "−1.25", "W": "[[1, 0.5], [2.25, 0]]", "φ": "a random smooth function", "n": "3"},
    left="-1.2345678901234567890",
    right="1.2345678901234567890",
    suggestion="-(t - r) w_h i",
)

REPORT = Report(
    "notes.md",
    (
        finding("r = w_o w_h i", Outcome.DEFINES),
        finding("E = \\frac12 (t - r)^2", Outcome.DEFINES),
        finding("E = (t-r)^2 / 2", Outcome.HOLDS, evidence=Evidence.PROVED),
        FAILURE,
        finding("= 17 q", Outcome.UNDECIDED, message="q is not defined.", warnings=("q is not defined; did you mean r?",)),
        finding("\\delta = ((t - r", Outcome.UNREAD, message="a bracket is never closed", follows_from=5),
        finding("0.5 = 0.50", Outcome.HOLDS, evidence=Evidence.SAMPLED, message="Rounded.", code="SP301", kind="rounding"),
        finding("漢字", Outcome.SKIPPED),
    ),
    warnings=("E is defined twice, on lines 2 and 9",),
    inferred=("w_o and w_h are weights", "t is a target"),
    declaration="weights w_o w_h\ntargets t\n",
)

FINE = Report("fine.md", (finding("E = (t-r)^2 / 2", Outcome.HOLDS, name="fine.md", evidence=Evidence.PROVED),))

EMPTY = Report("empty.md", ())

MISSING = Refused("missing.md", "there is no file missing.md", hint="did you mean notes.md?")

CRASHED = Refused("crash.md", "ZeroDivisionError: 0", ExitCode.BUG)

GARBLED = Refused("bin.md", "byte 0 (0xff) is no UTF-8 text", span=Span(Source("\n\ufffd", "bin.md"), 1, 2))
