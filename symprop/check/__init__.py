"""Reading derivations that people wrote, and judging every relation in them."""
