"""From what was read to what it means: names, index letters, arrays, definitions."""
