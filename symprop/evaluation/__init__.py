"""Values of expressions at points, and verdicts of equality that rest on them."""
