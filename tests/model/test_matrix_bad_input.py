"""Bad input in the matrix register: one sentence, with both shapes where they do not fit, and with its place."""

from __future__ import annotations

import pytest

from symprop.errors import InputError
from symprop.model.reader import read_network

HEAD = "inputs x[n] X[n,N] Q[n,n]\nweights W[m,n] V[p,m] b[m] a K[m,n,p]\n"

# text (its first line is line 3), column, message, hint
CASES = [
    # products that do not fit
    ("z = W b", 5, "`W b` multiplies m × n by m × 1", "did you mean `Wᵀ b`?"),
    ("z = V x", 5, "`V x` multiplies p × m by n × 1", "the columns of the left factor must be the rows of the right one"),
    ("z = V W b", 7, "`W b` multiplies m × n by m × 1", "the columns of the left factor must be the rows of the right one"),
    ("z = b x", 5, "`b x` multiplies m × 1 by n × 1", "did you mean `b xᵀ`?"),
    ("z = b b", 5, "`b b` multiplies m × 1 by m × 1", "did you mean `b bᵀ`, `bᵀ b` or `b ⊙ b`?"),
    ("z = x W", 5, "`x W` multiplies n × 1 by m × n", "did you mean `W x`?"),
    ("z = W xᵀ", 5, "`W xᵀ` multiplies m × n by 1 × n", "did you mean `W x`?"),
    ("z = W^T x", 5, "`Wᵀ x` multiplies n × m by n × 1", "did you mean `W x`?"),
    ("z = Xᵀ W", 5, "`Xᵀ W` multiplies N × n by m × n", "did you mean `Xᵀ Wᵀ`?"),
    ("z = σ(W (x + b))", 10, "`x` and `b` stand in one sum, but the one is n × 1 and the other m × 1", "arrays go together"),
    ("z = K x", 5, "`K` has 3 axes, but the factors of a product have 2 at most", "write this product with indices"),
    # entry by entry
    (
        "z = b + x",
        5,
        "`b` and `x` stand in one sum, but the one is m × 1 and the other n × 1",
        "arrays go together entry by entry",
    ),
    (
        "z = W - X",
        5,
        "`W` and `X` stand in one sum, but the one is m × n and the other n × N",
        "arrays go together entry by entry",
    ),
    (
        "z = W + (b xᵀ)ᵀ",
        5,
        "`W` and `(b xᵀ)ᵀ` stand in one sum, but the one is m × n and the other n × m",
        "did you mean `b xᵀ`?",
    ),
    ("z = b + bᵀ", 5, "`b` and `bᵀ` stand in one sum, but the one is m × 1 and the other 1 × m", "arrays go together"),
    ("z = b ⊙ x", 5, "`b` and `x` are multiplied entry by entry, but the one is m × 1 and the other n × 1", "arrays go together"),
    ("z = b/x", 5, "`b` and `x` are divided entry by entry, but the one is m × 1 and the other n × 1", "arrays go together"),
    ("z = [x > b] ⊙ b", 6, "`x` and `b` are compared, but the one is n × 1 and the other m × 1", "arrays go together"),
    ("z = max(x, b)", 9, "`x` and `b` stand entry by entry, but the one is n × 1 and the other m × 1", "arrays go together"),
    (
        "z = Q + x",
        9,
        "`x` fits the rows of `Q`, and its columns too",
        "`x ones(n)ᵀ` for equal columns, `ones(n) xᵀ` for equal rows",
    ),
    # signs
    ("z = W * x", 5, "it is not clear which product of the arrays `W` and `x` is meant", "write `@` or a space"),
    ("z = W·x", 5, "it is not clear which product of the arrays `W` and `x` is meant", "`⊙` for the product entry by entry"),
    ("z = W x × b", 7, "it is not clear which product of the arrays `x` and `b` is meant", "write `@` or a space"),
    ("z = a @ x", 5, "`@` stands between arrays, but `a` is a number", "write a product with a number with a space or `·`"),
    ("z = x @ 2", 9, "`@` stands between arrays, but `2` is a number", "write a product with a number with a space or `·`"),
    ("z = W @ @ x", 9, "expected a formula, but found `@`", ""),
    ("z = x @", 8, "expected a formula, but found the end", ""),
    ("y = ᵀ x", 5, "expected a formula, but found `ᵀ`", "it stands behind what is transposed"),
    ("y = ‖x", 5, "`‖` is never closed", "add `‖`"),
    ("y = (‖x)‖", 6, "`‖` is never closed", "add `‖`"),
    ("y = ||x\ny_2 = ||x||", 5, "`||` is never closed", "add `||`"),
    ("y = |x|", 5, "the character `|` is not part of the notation", "‖v‖ or ||v|| for a norm"),
    # a number is wanted
    ("minimize E = W x", 14, "a cost is one number, but this is a vector of m", "write ½ ‖…‖²"),
    ("minimize E = X", 14, "a cost is one number, but this is a matrix of n × N", "write ½ ‖…‖²"),
    ("y = x[W]", 7, "an index is a number, but `W` is a matrix of m × n", ""),
    ("y = 2^b", 7, "an exponent is a number, but `b` is a vector of m", ""),
    ("rate η[n]; y = a", 6, "the rate is one number", ""),
    ("assume W x = 1; y = a", 8, "what is assumed is a number, but `W x` is a vector of m", "write it with indices"),
    ("y = σ(W x)[1]", 11, "square brackets hold a comparison or the indices of a name", ""),
    ("y = softmax(W X)", 13, "a softmax is of a vector, but `W X` is a matrix of m × N", "write softmax(z[k], k)[j]"),
    ("function f(x) = ‖x‖²; y = f(a)", 17, "a function is of one number, so no array can stand in its formula", ""),
    # an array is wanted
    (
        "z = W²",
        5,
        "`W` is a matrix of m × n, which has no powers",
        "write `W ⊙ W` for the squares of its entries, `‖W‖²` for their sum",
    ),
    ("z = (W x)^2", 5, "`W x` is a vector of m, which has no powers", "write `(W x) ⊙ (W x)`"),
    ("z = aᵀ", 5, "what is transposed is an array, but `a` is a number", "leave the sign away"),
    ("y = ‖a‖", 6, "a norm is of an array, but `a` is a number", "write abs(…) for an absolute value"),
    ("y = sum(a)", 9, "a sum without an index is over an array, but `a` is a number", "write sum(x[k], k)"),
    ("y = mean(a)", 10, "a mean without an index is over an array, but `a` is a number", "write Σ_k x[k]/n"),
    ("y = Σ a", 5, "the sign Σ needs its index", "write Σ_k …"),
    ("y = softmax(a)", 5, "a softmax has several components, and this one does not say which is meant", "softmax(z_1, z_2)[1]"),
    ("z = diag(W)", 10, "a diagonal is made of a vector, but `W` is a matrix of m × n", "write diag(v)"),
    ("z = Kᵀ", 5, "`K` has 3 axes, so it cannot be transposed", "write it with indices"),
    # shapes that nothing tells
    ("z = Rᵀ x", 5, "the shape of `R` is not known", "declare it, as in `inputs R[m,n]`, or `inputs R` for one number"),
    ("z = W_2 @ x", 5, "the shape of `W_2` is not known", "declare it, as in `weights W_2[m,n]`"),
    ("z = w x", 5, "the shape of `w` is not known", "or `weights w` for one number"),
    ("y = ‖r‖²", 6, "the shape of `r` is not known", "declare it"),
    ("Z = W X + w", 11, "the shape of `w` is not known", "declare it"),
    ("z[j] = w_1 r[j]; y = ‖z‖", 23, "the size of `z` is not known here", "declare the sizes of what `z` is, or is made of"),
    ("y = ones(b) x", 10, "`b` is a size in one place and a quantity in another", "rename one of them"),
    ("h[0] = 0; h[t=1..3] = W h[t-1]", 1, "the shape of `h` is not known", "as in `h[0] = ones(n)`"),
    ("h = σ(W h)", 1, "the definitions go in a circle: h → h", "a definition uses only what can be computed before it"),
    # how vectors lie
    ("z = xᵀ", 5, "`z` would be a row, but vectors are columns here", "or state `convention rows`"),
    ("convention rows; z = xᵀ", 22, "`z` would be a column, but vectors are rows here", "transpose the right side"),
    ("convention foo; y = a", 12, "`foo` is no convention", "write columns or rows for vectors"),
    ("convention; y = a", 1, "`convention` says nothing", "write columns or rows for vectors"),
    ("convention rows, columns; y = a", 18, "`rows` and `columns` exclude each other", "write columns or rows for vectors"),
    ("convention rows; convention rows; y = a", 18, "a network has one convention", "line 3 states it"),
    # definitions that disagree
    ("h[0] = b; h[t=1..3] = x", 23, "`h` is n × 1 here, but m × 1 in another place", "give it one shape"),
]


@pytest.mark.parametrize(("text", "column", "message", "hint"), CASES, ids=[case[0] for case in CASES])
def test_what_cannot_be_read_is_answered_by_one_sentence(text: str, column: int, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read_network(HEAD + text)
    error = caught.value
    assert error.span is not None
    assert (error.message, error.span.line, error.span.column) == (message, 3, column)
    assert hint in error.hint
    shown = error.explain().splitlines()
    assert "^" in shown[2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y = W @ x", "the shape of `W` is not known"),
        ("y = Wᵀ x", "the shape of `W` is not known"),
        ("y = W.T x", "the shape of `W` is not known"),
        ("y = ‖x‖²", "the shape of `x` is not known"),
        ("inputs x[n]; y = x @", "expected a formula, but found the end"),
    ],
)
def test_without_a_declaration(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_network(text)
    assert caught.value.message == message
