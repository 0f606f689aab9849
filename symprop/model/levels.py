"""What a printed text binds like, from loose to tight; a place that needs more than its text has brackets it."""

LOOSE, ADD, HADAMARD, OPEN, PRODUCT, QUOTIENT, UNIT, POWER, ATOM = range(9)
"""``OPEN`` is a product that ends in a ``Σ``, which would take a factor behind it."""

Text = tuple[str, int]
"""A text and its level."""
