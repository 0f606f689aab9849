"""Derivations as text for people and machines."""
