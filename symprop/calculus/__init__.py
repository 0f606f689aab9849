"""Derivatives: local partials, contraction of sums, adjoints, certificates."""
