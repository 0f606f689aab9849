"""Bad input: one clear sentence, the right place, nothing executed, and quickly."""

from __future__ import annotations

import time

import pytest

from symprop.errors import ExitCode, InputError
from symprop.model.reader import read_network

# text, line, column, message
CASES = [
    # nothing to read
    ("", 1, 1, "the network has no definition"),
    ("# only a comment\n\n", 1, 1, "the network has no definition"),
    (";;", 1, 1, "the network has no definition"),
    ("inputs x", 1, 1, "the network has no definition"),
    # brackets
    ("y = (a + b", 1, 5, "`(` is never closed"),
    ("y = w x\nz = ((a)\nq = b", 2, 5, "`(` is never closed"),
    ("y = (a; z = b)", 1, 5, "`(` is never closed"),
    ("y = a + b)", 1, 10, "`)` closes nothing"),
    ("y = w[1)", 1, 6, "`[` is closed by `)` in line 1, column 8"),
    ("y = " + "(" * 5000 + "x" + ")" * 5000, 1, 105, "the brackets are nested too deeply: more than 100 levels"),
    ("y = " + "-" * 5000 + "x", 1, 205, "the expression is nested too deeply"),
    ("y = " + "a/" * 5000 + "x", 1, 5, "the expression is nested too deeply"),
    ("y = " + "2^" * 5000 + "2", 1, 405, "the expression is nested too deeply"),
    # numbers
    ("y = 9**9**9**9", 1, 8, "the number is too large"),
    ("y = x^1001", 1, 7, "the exponent is larger than 1,000"),
    ("y = x^(10^9)", 1, 8, "the exponent is larger than 1,000"),
    ("y = (2^999)^999", 1, 5, "the number is too large"),
    ("y = 1e1001 x", 1, 5, "the number is too long: more than 1,000 digits"),
    ("y = 1e99999999999999999999 x", 1, 5, "the number is too long: more than 1,000 digits"),
    ("y = " + "1" * 1001, 1, 5, "the number is too long: more than 1,000 digits"),
    ("y = x/0", 1, 7, "this divides by zero"),
    ("y = 2 3", 1, 7, "two numbers stand side by side"),
    ("y = 2½ x", 1, 6, "a number before a fraction is ambiguous"),
    # characters
    ("y = a\0b", 1, 6, "the character U+0000 (NUL) cannot be seen and is not allowed"),
    ("y = a\u200bb", 1, 6, "the character U+200B (ZERO WIDTH SPACE) cannot be seen and is not allowed"),
    ("y = a # \u202e", 1, 9, "the character U+202E (RIGHT-TO-LEFT OVERRIDE) cannot be seen and is not allowed"),
    ("y = a\u00adb", 1, 6, "the character U+00AD (SOFT HYPHEN) cannot be seen and is not allowed"),
    ("y = \x1b[31m", 1, 5, "the character U+001B (ESCAPE) cannot be seen and is not allowed"),
    ("y = a\rz = b", 1, 6, "the character U+000D (CARRIAGE RETURN) cannot be seen and is not allowed"),
    ("y = \ud800", 1, 5, "the character U+D800 (a surrogate) cannot be seen and is not allowed"),
    ("y = a $ b", 1, 7, "the character `$` is not part of the notation"),
    ("y = \\sigma(x)", 1, 5, "the character `\\` is not part of the notation"),
    ("y = w_o.r_h", 1, 8, "the character `.` is not part of the notation"),
    ("y = |x|", 1, 5, "the character `|` is not part of the notation"),
    ("y = 🦉", 1, 5, "the character `🦉` (OWL) is not part of the notation"),
    ("__import__('os').system('x')", 1, 1, "a name does not start with an underscore"),
    ("y = ().__class__", 1, 7, "the character `.` is not part of the notation"),
    ("y = eval('1')", 1, 5, "`eval` is neither a known function nor a quantity"),
    ("y = exec(x)", 1, 5, "`exec` is neither a known function nor a quantity"),
    ("y = w_{i,j} x", 1, 5, "a subscript in braces holds letters, digits and underscores"),
    ("y = w_ x", 1, 5, "a subscript is missing in the name `w_`"),
    # statements
    ("y w x", 1, 1, "this is neither a definition nor a declaration"),
    ("y = w x = 3", 1, 9, "a second `=` in one statement"),
    ("y =", 1, 4, "expected a formula, but found the end"),
    ("y = w x +", 1, 10, "expected a formula, but found the end"),
    ("y = * w", 1, 5, "expected a formula, but found `*`"),
    ("y = w x\n  + b", 2, 3, "a statement cannot begin with `+`"),
    ("2 y = x", 1, 1, "the left side of a definition is a name"),
    ("f(x) = 2 x", 1, 1, "the left side of a definition is a name"),
    ("y = w x, z = 3", 1, 8, "`,` cannot follow here"),
    ("inputs\ny = w x", 1, 1, "`inputs` names nothing"),
    ("weights w = 3", 1, 11, "a declaration gives no value"),
    ("minimize F; y = w x", 1, 10, "the name `F` is not defined"),
    ("minimize E = w x; minimize F = w x", 1, 19, "a network has one cost"),
    ("minimize E[j] = x[j]", 1, 10, "a cost is one number"),
    ("rate α; rate β; y = w x", 1, 14, "a network has one rate"),
    ("y = w x; values w = x", 1, 21, "expected a number, but found `x`"),
    ("y = w x; values y = 3", 1, 17, "`y` is computed, so it has no value of its own"),
    ("y = w x; values q = 3", 1, 17, "the name `q` is not defined"),
    ("y = w x; values w = [1, 2]", 1, 17, "the value of `w` is one number"),
    ("inputs x[2]; y[j] = x[j]; values x = [1, 2, 3]", 1, 34, "`x` has 2 entries along one axis, but 3 values stand here"),
    ("inputs x[n] v[n]; y[j] = x[j] v[j]; values x = [1, 2], v = [1]", 1, 56, "`v` says that n = 1, but `x` says 2"),
    ("inputs x[n,m]; y[i,j] = x[i,j]; values x = [[1, 2], [3]]", 1, 40, "the rows of this value have different lengths"),
    # names
    ("y = w x\ny = w x", 2, 1, "`y` is defined twice"),
    ("λ = w x; lambda = 3", 1, 10, "`λ` is defined twice"),
    ("inputs x x; y = w x", 1, 10, "`x` is declared twice"),
    ("inputs x\nweights x\ny = x", 2, 9, "`x` is declared twice"),
    ("inputs x\nx = w", 2, 1, "`x` is declared as input, but defined here"),
    ("function φ; φ = 3", 1, 13, "`φ` is declared as a function, but defined here"),
    ("function φ; inputs φ; y = φ(2)", 1, 20, "`φ` is declared as a function and as input"),
    ("function φ φ; y = φ(2)", 1, 12, "the function `φ` is declared twice"),
    ("inputs n; weights w[n]; y[j] = w[j] n", 1, 19, "`n` is a size in one place and a quantity in another"),
    ("inputs i; z[i] = x[i] i", 1, 8, "`i` is an index in one place and a quantity in another"),
    # functions
    ("y = foo(x)", 1, 5, "`foo` is neither a known function nor a quantity"),
    ("y = σ(a, b)", 1, 5, "`σ` takes one argument, but 2 are given"),
    ("y = max(a)", 1, 5, "`max` takes two or more arguments, but 1 is given"),
    ("y = φ'(x)", 1, 5, "`φ` has a prime but is no function"),
    ("y = x' w", 1, 5, "`x` has a prime but is no function"),
    ("y = σ'", 1, 7, "expected the argument of `σ` in brackets, but found the end"),
    ("function φ\ny = φ", 2, 5, "the function `φ` stands without its argument"),
    ("function φ(x) = a x\ny = φ(x)", 1, 17, "`a` cannot stand in this formula, which is over `x`"),
    ("function φ(x, y) = x\ny = φ(x)", 1, 13, "a function of one's own has one argument"),
    ("function f(x) = f(x)\ny = f(x)", 1, 17, "the function `f` uses itself"),
    ("function f(x) = g(x); function g\ny = f(x)", 1, 17, "the function `f` uses `g`, which is declared only later"),
    ("y = w(a, b)", 1, 8, "expected an operator or `)`, but found `,`"),
    ("y = ∂E/∂w", 1, 5, "a derivative cannot stand in a network"),
    ("y = x Δw", 1, 7, "a derivative cannot stand in a network"),
    # indices and ranges
    ("inputs x\ny = Σ_k x[k]", 2, 9, "`x` has no index, but stands here with 1"),
    ("weights W[n,m]; z[j] = W[j]", 1, 24, "`W` has 2 indices, but stands here with 1"),
    ("inputs x[n]; weights W[m,n]; z[j] = Σ_k W[j] x[k]", 1, 41, "`W` has 2 indices, but stands here with 1"),
    ("z[j] = x[j]; z = 3", 1, 14, "`z` is defined twice"),
    ("z[j] = x[j]; z[j,k] = v[j,k]", 1, 14, "`z` has 1 index, but stands here with 2"),
    ("y = Σ_k W[j,k] x[k]", 1, 11, "the index `j` is bound by nothing here"),
    ("inputs x[n]; y = Σ_k x[k] + k", 1, 29, "`k` is an index in one place and a quantity in another"),
    ("inputs x[n] v[m]\ny = Σ_k x[k] v[k]", 2, 5, "the index `k` would run over 1..n (`x`) and 1..m (`v`)"),
    ("y = Σ_m 2", 1, 5, "nothing says how far the index `m` runs"),
    ("inputs x[n]; y[j] = x[j-1]", 1, 14, "nothing says how far the index `j` runs"),
    ("y = x[1] + x[2]", 1, 5, "the size of `x` is not known"),
    ("y = Σ x", 1, 5, "the sign Σ needs its index"),
    ("y = x[a/b]", 1, 7, "an index is made of letters, sizes and whole numbers"),
    ("y = x[½]", 1, 7, "an index is made of letters, sizes and whole numbers"),
    ("y = x[x[1]]", 1, 7, "an index is made of letters, sizes and whole numbers"),
    ("z[t+1] = x[t]", 1, 3, "on the left side, an index is one letter or a fixed position"),
    ("D[j,j] = x[j]", 1, 5, "the index `j` stands twice on the left side"),
    ("z[j] = Σ_j x[j]", 1, 8, "the index `j` is bound already around this"),
    ("y = [x]", 1, 5, "square brackets hold a comparison or the indices of a name"),
    ("z[j] = w x[j]; y = softmax(z[1])", 1, 20, "a softmax has several components, and this one does not say which is meant"),
    ("inputs x[n]; y[j=1..n] = x[j+1]", 1, 26, "the index of `x` reaches n + 1, but runs over 1..n only"),
    ("inputs x[n]; z[j=1..n-j] = x[j]", 1, 23, "a range on the left side depends on an index"),
    ("s[j=1..3] = Σ_{k=1..j} x[k]", 1, 24, "the size of `x` is not known"),
    ("inputs x[n]; y = Σ_{k=1..k} x[k]", 1, 26, "the index `k` is bound by nothing here"),
    # circles
    ("a = b_1 c\nc = a", 1, 1, "the definitions go in a circle: a → c → a"),
    ("y = w y", 1, 1, "the definitions go in a circle: y → y"),
    ("inputs x[n]; h[t] = u h[t] + x[t]", 1, 14, "the definitions go in a circle: h → h"),
    ("inputs x[n]; h[t] = h[t-1] + h[t+1] + x[t]", 1, 14, "the definitions go in a circle: h → h"),
    ("inputs x[n]; h[t] = u h[t-1] + x[t]", 1, 23, "the index of `h` reaches 0, but runs over 1..n only"),
    ("h[0] = 1; h[t=2..5] = h[t-1]", 1, 11, "the definitions of `h` overlap or leave a gap"),
    ("h[0] = 1; h[0] = 2; h[t=1..5] = h[t-1]", 1, 11, "`h` is defined twice for the same indices"),
    ("z[j] = x[j]; z[k] = v[k]", 1, 14, "`z` is defined twice for the same indices"),
    # targets
    ("targets t u; y = w x", 1, 9, "the targets (t, u) do not match the outputs (y)"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), CASES, ids=[case[0][:40] for case in CASES])
def test_bad_input_is_answered_by_one_sentence_with_its_place(text: str, line: int, column: int, message: str) -> None:
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        read_network(text)
    error = caught.value
    assert time.perf_counter() - start < 2
    assert error.span is not None
    assert (error.message, error.span.line, error.span.column) == (message, line, column)
    assert error.exit_code is ExitCode.USAGE
    shown = error.explain().splitlines()
    assert "^" in shown[2]
    assert all(part.isprintable() for part in shown)


def test_a_text_that_is_too_large_is_refused_at_once() -> None:
    for text in ("x" * 10_000_000, "y = " + "x + " * 150_000 + "x"):
        start = time.perf_counter()
        with pytest.raises(InputError, match="the text is too large"):
            read_network(text)
        assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("y = sigmid(x)", "did you mean `sigmoid`?"),
        ("y = foo(x)", "declare it with `function foo`, or write foo·(…) if a product is meant"),
        ("minimize Error_1; Error = w x", "did you mean `Error`?"),
        ("y = w x\ny = w x", "line 1 defines it first"),
        ("inputs x\ny = Σ_k x[k]", "declare its sizes, like x[n]"),
        ("y = x[1]", "inputs x[n]"),
        ("inputs x[n]; y[j] = x[j-1]", "write y[j=1..n] = …"),
        ("y = Σ_m 2", "write Σ_{m=1..n}"),
        ("inputs x[n]; h[t] = u h[t-1] + x[t]", "define h[0] = …"),
        ("f(x) = 2 x", "`function f(x) = …`"),
    ],
)
def test_hints_say_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read_network(text)
    assert hint in caught.value.hint


def test_the_name_of_the_text_stands_in_the_message() -> None:
    with pytest.raises(InputError) as caught:
        read_network("y = )", "net.net")
    assert str(caught.value) == "net.net:1:5: `)` closes nothing (delete it, or add the opening bracket)"
