"""The cost curve as an SVG picture that stands on light and dark pages, and as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from symprop.training.loop import Record
from symprop.training.scale import Scale, label, scale_of

_WIDTH, _HEIGHT = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 32, 44, 52
_MOST_POINTS = 1500

_STYLE = """
  .page { fill: #ffffff } .text { fill: #24292f; font: 13px system-ui, sans-serif } .title { font-weight: 600; font-size: 15px }
  .grid { stroke: #d0d7de; stroke-width: 1 } .axis { stroke: #57606a; stroke-width: 1 } .best { fill: #0969da }
  .curve { stroke: #0969da; stroke-width: 2; fill: none; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .text { fill: #e6edf3 } .grid { stroke: #30363d } .axis { stroke: #8b949e }
    .best { fill: #58a6ff } .curve { stroke: #58a6ff }
  }
"""


def svg(records: Sequence[Record], title: str, quantity: str) -> str:
    """The curve as a picture.

    Args:
        records: one at least.
        title: what stands above it; "" for nothing.
        quantity: the name of the cost.
    """
    across, up = _scales(records)
    points = [(_x(across, r.epoch), _y(up, r.cost)) for r in _thinned(records, _MOST_POINTS)]
    kind = ", logarithmic" if up.logarithmic else ""
    told = f"{quantity} goes from {records[0].cost:.6g} to {records[-1].cost:.6g} in {records[-1].epoch} epochs."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"',
        ' role="img" aria-labelledby="title what">',
        f'<title id="title">{_text(title or "Cost curve")}</title>',
        f'<desc id="what">{_text(told)}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}"/>',
        f'<text class="text title" x="{_LEFT}" y="26">{_text(title)}</text>' if title else "",
        *_grid(across, up),
        f'<path class="axis" d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}" fill="none"/>',
        f'<text class="text" text-anchor="middle" x="{(_LEFT + _WIDTH - _RIGHT) / 2:g}" y="{_HEIGHT - 12}">epoch</text>',
        f'<text class="text" text-anchor="middle" transform="translate(16 {(_TOP + _HEIGHT - _BOTTOM) / 2:g}) rotate(-90)">',
        f"{_text(quantity)}{kind}</text>",
        f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>',
        f'<circle class="best" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3.5"/>',
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def plot(records: Sequence[Record], quantity: str, width: int, *, rows: int = 9, ascii_only: bool = False) -> str:
    """The curve as text of at most *width* columns: dots of Braille cells, or asterisks in ASCII.

    Args:
        records: one at least.
        quantity: the name of the cost.
        width: columns; with fewer than 24 a plot says nothing, and there is none.
        rows: lines of the plot itself.
        ascii_only: whether only ASCII may be used.
    """
    across, up = _scales(records)
    labels = _row_labels(up, rows)
    margin = max(map(len, labels.values()), default=0)
    cells = width - margin - 3
    if cells < 12:
        return ""
    fine_x, fine_y = (1, 1) if ascii_only else (2, 4)
    columns = _columns(records, across, up, cells * fine_x, rows * fine_y)
    lines = _drawn(columns, cells, rows, fine_x, fine_y)
    bar, tick, corner, dash = ("|", "+", "+", "-") if ascii_only else ("│", "┤", "└", "─")
    kind = " (logarithmic)" if up.logarithmic else ""
    made = [f"{quantity}{kind}"[:width]]
    for row, line in enumerate(lines):
        made.append(f"{labels.get(row, ''):>{margin}} {tick if row in labels else bar}{line}".rstrip())
    made.append(f"{'':>{margin}} {corner}{dash * cells}")
    last = f"epoch {records[-1].epoch}"
    made.append(f"{'':>{margin}}  {records[0].epoch}{last:>{max(cells - len(str(records[0].epoch)), 0)}}"[:width])
    return "\n".join(made)


def _scales(records: Sequence[Record]) -> tuple[Scale, Scale]:
    first, last = records[0].epoch, records[-1].epoch
    return Scale(first, last if last > first else first + 1), scale_of([record.cost for record in records])


def _thinned(records: Sequence[Record], most: int) -> Sequence[Record]:
    step = -(-len(records) // most)
    kept = list(records[::step])
    return kept if kept[-1] is records[-1] else [*kept, records[-1]]


# ------------------------------------------------------------------------------------------------------------------ SVG
def _x(across: Scale, epoch: float) -> float:
    return _LEFT + across.share(epoch) * (_WIDTH - _LEFT - _RIGHT)


def _y(up: Scale, cost: float) -> float:
    return _HEIGHT - _BOTTOM - up.share(cost) * (_HEIGHT - _TOP - _BOTTOM)


def _grid(across: Scale, up: Scale) -> Iterator[str]:
    for value in up.ticks(7):
        y = _y(up, value)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        yield f'<text class="text" text-anchor="end" x="{_LEFT - 8}" y="{y + 4:.1f}">{label(value)}</text>'
    for value in across.ticks(7):
        if value == int(value):
            text = f"{value:g}" if value < 1e6 else label(value)
            x, y = f"{_x(across, value):.1f}", _HEIGHT - _BOTTOM + 18
            yield f'<text class="text" text-anchor="middle" x="{x}" y="{y}">{text}</text>'


def _text(text: str) -> str:
    return escape("".join(c if c.isprintable() else " " for c in text))


# ----------------------------------------------------------------------------------------------------------------- text
def _row_labels(up: Scale, rows: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for value in up.ticks(max(rows // 2, 2)):
        row = min(rows - 1, max(0, round((1 - up.share(value)) * rows - 0.5)))
        found.setdefault(row, label(value))
    return found


def _columns(records: Sequence[Record], across: Scale, up: Scale, width: int, height: int) -> list[int | None]:
    """The height of the curve (in dots from the bottom) in each column of dots; None where there is no record."""
    sums: list[list[float]] = [[] for _ in range(width)]
    for record in records:
        sums[min(width - 1, int(across.share(record.epoch) * width))].append(up.share(record.cost))
    return [min(height - 1, int(sum(shares) / len(shares) * height)) if shares else None for shares in sums]


def _drawn(columns: Sequence[int | None], cells: int, rows: int, fine_x: int, fine_y: int) -> list[str]:
    grid = [[0] * cells for _ in range(rows)]
    known = [(x, y) for x, y in enumerate(columns) if y is not None]

    def dot(x: int, y: int) -> None:
        up = rows * fine_y - 1 - y
        grid[up // fine_y][x // fine_x] |= _BRAILLE[x % fine_x][up % fine_y]

    for x, y in known:
        dot(x, y)
    for (x0, y0), (x1, y1) in pairwise(known):
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for step in range(1, steps):
            dot(x0 + round((x1 - x0) * step / steps), y0 + round((y1 - y0) * step / steps))
    if fine_x == 1:
        return ["".join("*" if cell else " " for cell in row) for row in grid]
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in grid]


_BRAILLE = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot of a Braille cell, by column and row."""
