"""The chain rule: links that are missing, or that do not begin where the one before ends."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.material import Material
from symprop.check.mistakes.sites import Site, sites
from symprop.model.expr import Add, Expr, Neg
from symprop.model.written import Big, Derivative, Gradient, Product


def chains(material: Material) -> Iterator[Edit]:
    """A link more, where the links of a product do not reach from the one end of the left side to the other."""
    left = material.left
    if isinstance(left, Gradient) and left.wrt is not None:
        left = Derivative(left.of, left.wrt)
    if not isinstance(left, Derivative):
        return
    for site in sites(material.right):
        if site.parent is not None and not isinstance(site.parent, Add | Neg | Big):
            continue
        links = site.node.factors if isinstance(site.node, Product) else (site.node,)
        if not any(isinstance(link, Derivative) for link in links):
            continue
        yield from _missing(left, links, site)


def _missing(left: Derivative, links: tuple[Expr, ...], site: Site) -> Iterator[Edit]:
    """Each gap filled by one link."""
    product = site.node if isinstance(site.node, Product) else None
    usual = product.signs[-1] if product is not None else ""
    ends: list[tuple[int, Expr, Expr]] = []
    reached, reached_at = left.of, 0
    for place, link in enumerate(links):
        if isinstance(link, Derivative):
            if link.of != reached:
                ends.append((place, reached, link.of))
            reached, reached_at = link.wrt, place + 1
    if reached != left.wrt:
        ends.append((reached_at, reached, left.wrt))
    for place, of, wrt in ends:
        new = Derivative(of, wrt)
        if of != wrt and new != left:
            signs = (usual,) * len(links) if product is None else (*product.signs, usual)
            yield Edit("chain rule", site.rebuild(Product((*links[:place], new, *links[place:]), signs)), None, new)
    yield from _ending(left, links, site, reached_at - 1)


def _ending(left: Derivative, links: tuple[Expr, ...], site: Site, place: int) -> Iterator[Edit]:
    """The last link by the quantity on the left."""
    last = links[place] if place >= 0 else None
    if isinstance(last, Derivative) and isinstance(site.node, Product) and last.wrt != left.wrt != last.of:
        new = Derivative(last.of, left.wrt)
        whole = Product((*links[:place], new, *links[place + 1 :]), site.node.signs)
        yield Edit("chain rule", site.rebuild(whole), last, new)
