"""Mathematics as people write it: the formulas of a document to statements made of trees.

Text becomes tokens (:mod:`.lexer`), tokens become items without looks (:mod:`.builder`), the items of all formulas give the
document's vocabulary (:mod:`.vocabulary`), lines and pieces become statements (:mod:`.statements`), and each side of a
statement is read by itself (:mod:`.parser`).
"""

from symprop.check.reading.reader import read, read_formula

__all__ = ["read", "read_formula"]
