"""What a document's names are, inferred from how its formulas use them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from symprop.check.document import Formula, Vocabulary
from symprop.check.reading.evidence import Evidence, Runs, Witnesses, contains, is_function_letter, plain_names, runs
from symprop.check.reading.items import Item, Unreadable, letters_of, split
from symprop.check.reading.names import atoms, is_index
from symprop.check.reading.tables import FACTOR_LETTERS, FUNCTION_NAMES, INDEX_LETTERS, LABEL_LETTERS, WEIGHT_LETTERS, words
from symprop.model.expr import Number, Ref

_VOWELS = frozenset("aeiouyAEIOUY")
_LAST = words("L T N K M")
_LOOPING = words("i j k l m n")
_LAYER_LETTERS = words("l L ℓ")
_FIRST_POWERS = 2
"""From so many names with nothing but ``^1`` on, that counts layers."""
_FUNCTION_PHRASE = re.compile(r"\b(?:functions?|nonlinearity|non-linearity)\s*$", re.IGNORECASE)
_CAPITALISED = re.compile(r"[A-Z]?[a-z]+")


def infer(formulas: Sequence[tuple[Formula, Sequence[Item]]]) -> Vocabulary:
    """The vocabulary that the *formulas* of a document show, each with its items."""
    rows = [items for _, items in formulas]
    words = _words(runs(rows))
    witnesses = Witnesses(rows, words)
    named = {_phrase_name(formula, items) for formula, items in formulas} - {""}
    functions = frozenset(name for name, seen in witnesses.names.items() if _is_function(name, seen) or name in named)
    called = {name for name, seen in witnesses.names.items() if seen.brackets or (seen.assigned and name not in _LOOPING)}
    indexed = {name for name, seen in witnesses.names.items() if name not in functions and _is_indexed(name, seen)}
    by_names = {name for name in indexed if any(called & set(_texts(inner)) for inner in witnesses.names[name].brackets)}
    indexed -= by_names  # `H(p, q)` where p and q are distributions
    functions |= by_names
    shared = {_texts(inner) for name in indexed for inner in witnesses.names[name].brackets}
    indexed |= {name for name in functions if _joins(witnesses.names[name], shared)}
    functions -= indexed
    layered = frozenset(_layered(witnesses))
    return Vocabulary(
        words=words,
        functions=functions,
        indexed=frozenset(indexed),
        layered=layered,
        arrays=frozenset(
            name for name, seen in witnesses.names.items() if seen.array and name not in functions | FUNCTION_NAMES.keys()
        ),
        euler=_is_euler(witnesses.names["e"]),
        numbered=frozenset(_numbered({name: witnesses.names[name] for name in layered})),
        digitwise=frozenset(name for name, seen in witnesses.names.items() if _is_digitwise(seen)),
        kronecker=_is_kronecker(witnesses.names["δ"]),
    )


def merged(inferred: Vocabulary, declared: Vocabulary) -> Vocabulary:
    """*inferred* with what was *declared*: a declared function is not indexed, and the other way round."""
    sets = {
        f.name: getattr(inferred, f.name) | getattr(declared, f.name)
        for f in fields(Vocabulary)
        if f.name not in ("euler", "kronecker")
    }
    sets["functions"] -= declared.indexed
    sets["indexed"] -= declared.functions
    return Vocabulary(**sets, euler=inferred.euler and declared.euler, kronecker=inferred.kronecker or declared.kronecker)


# ---- words -----------------------------------------------------------------------------------------------------------------


def _words(found: Runs) -> frozenset[str]:
    inferred = {run for run in found.seen if _is_word(run, found)}
    return frozenset(
        inferred
        | {word for word in found.fonted if word.isascii() and word.isalpha() and len(word) > 1 and word not in FUNCTION_NAMES}
    )


def _is_word(run: str, found: Runs) -> bool:
    if run in FUNCTION_NAMES:
        return False
    if len(run) >= 4 and _VOWELS & set(run) and _CAPITALISED.fullmatch(run) and (len(run) >= 5 or run[0].isupper()):
        return True
    if run[0] == "d" and "d" not in found.apart:  # `dZ` for ∂L/∂Z, as programs have it
        return sum(count for other, count in found.seen.items() if other[0] == "d") > 1
    if set(run) <= found.apart:
        return False
    if len(run) >= 4 and _VOWELS & set(run) and _CAPITALISED.fullmatch(run) and found.seen[run] > 1:
        return True
    if found.lowered[run] < 2:
        return False
    if len(run) == 2:
        return run[0] not in WEIGHT_LETTERS
    return True


# ---- functions and indices in brackets -------------------------------------------------------------------------------------


def _phrase_name(formula: Formula, items: Sequence[Item]) -> str:
    """The name of a formula like ``φ`` in "the activation function φ"."""
    if len(items) == 1 and items[0].kind in ("letter", "word") and _FUNCTION_PHRASE.search(formula.before):
        return items[0].text
    return ""


def _is_function(name: str, seen: Evidence) -> bool:
    if name in FUNCTION_NAMES:
        return False
    letter = is_function_letter(name)
    if not seen.brackets:
        return letter and seen.marked and not seen.assigned
    if all(contains(inner, name) for inner in seen.brackets):
        return False
    if seen.primed:
        return True
    if _is_indexed(name, seen) and not letter:
        return False
    if any(plain_names(inner) for inner in seen.defined) or any(len(split(inner, (",",))) > 1 for inner in seen.brackets):
        return True
    if any(contains(inner, name) for inner in seen.brackets):
        return letter and any(seen.applied)
    if letter:
        return not seen.assigned or any(seen.applied)
    if len(name) > 1 and not seen.bare and name.isascii():
        return True
    return all(seen.applied) and name not in FACTOR_LETTERS


def _is_indexed(name: str, seen: Evidence) -> bool:
    own = name in _LOOPING or any(contains(inner, name) for inner in seen.brackets)  # `n(n + 1)`
    return name not in FUNCTION_NAMES and bool(seen.brackets) and not own and _all_indices(name, seen)


def _all_indices(name: str, seen: Evidence) -> bool:
    """Are all brackets behind the name lists of indices, and is it more than a product by chance?"""
    parts = [part for inner in seen.brackets for part in split(inner, (",",))]
    if not all(is_index(part) and _index_letters(part) for part in parts):
        return False
    shifted = any(len(part) > 1 for part in parts)
    letters = any(part[0].kind == "letter" for part in parts)
    numbers = {part[0].text for part in parts if part[0].kind == "number"}
    shifted = shifted and (name == "δ" or name not in FACTOR_LETTERS)  # `η(t - 1)` may be a product
    return shifted or bool(seen.defined) or (len(parts) > 1 and (letters or len(numbers) > 1))


def _joins(seen: Evidence, shared: set[tuple[str, ...]]) -> bool:
    """Is the name indexed like others in the document: always before the one letter that is an index behind them?"""
    own = {_texts(inner) for inner in seen.brackets}
    return bool(own) and own <= shared and not seen.primed and all(len(key) == 1 for key in own)


def _texts(inner: Sequence[Item]) -> tuple[str, ...]:
    """The first few texts in a bracket: enough to know an index again."""
    return tuple(item.text for item in inner[:4])


def _index_letters(part: Sequence[Item]) -> bool:
    if part[0].kind == "word" or not all(item.plain for item in part) or any(item.kind == "letter" for item in part[1:]):
        return False
    return part[0].kind == "number" or part[0].text in INDEX_LETTERS or part[0].text in _LAST


# ---- scripts ---------------------------------------------------------------------------------------------------------------


def _layered(witnesses: Witnesses) -> Iterable[str]:
    letters = {name: {_letter(above) for above in seen.raised} - {""} for name, seen in witnesses.names.items()}
    shifted = {_letter(above) for seen in witnesses.names.values() for above in seen.raised if len(above) > 1} - {""}
    carriers: dict[str, int] = {}
    for found in letters.values():
        for letter in found:
            carriers[letter] = carriers.get(letter, 0) + 1
    first = any(_seated(seen) - {"2"} for seen in witnesses.names.values())
    alike = sum({"1", "2"} <= _numbers(seen) for seen in witnesses.names.values())
    firsts = sum(_numbers(seen) == {"1"} for seen in witnesses.names.values())
    for name, found in letters.items():
        if name == "e":
            continue
        if (
            (name == "δ" and found)
            or any(_is_layer(letter, shifted, carriers, witnesses) for letter in found)
            or _counts_layers(witnesses.names[name], alike, firsts)
            or (first and _seated(witnesses.names[name]))
        ):
            yield name


def _letter(above: Sequence[Item]) -> str:
    """The index letter of ``l``, ``l+1``, ``L-1``; "" for anything else."""
    letters = [item for item in above if item.kind == "letter"]
    if is_index(above) and letters and above[0].kind == "letter" and all(item.plain for item in letters):
        return above[0].text
    return ""


def _seated(seen: Evidence) -> set[str]:
    """Numbers that stand in the superscript before a subscript: ``a^1_k``."""
    return {above[0].text for above, seated in zip(seen.raised, seen.seated, strict=True) if seated and above[0].kind == "number"}


def _is_layer(letter: str, shifted: set[str], carriers: Mapping[str, int], witnesses: Witnesses) -> bool:
    if letter in _LAYER_LETTERS:
        return True
    if letter not in INDEX_LETTERS | LABEL_LETTERS and letter not in ("N", "T", "K", "H"):
        return False
    if letter in LABEL_LETTERS and carriers.get(letter, 0) > 1:
        return True
    seen = witnesses.names.get(letter)
    if seen is not None and seen.factor:
        return False
    return letter in shifted or letter in witnesses.bound or carriers.get(letter, 0) > 1


def _counts_layers(seen: Evidence, alike: int, firsts: int) -> bool:
    """``a^1``, ``z^1`` beside ``a^2``, ``z^2``: nobody writes a power 1 often; and two letters as in ``W^{xh}``, ``W^{hh}``."""
    numbers = _numbers(seen)
    doubles = {letters_of(above) for above in seen.raised if len(letters_of(above)) == 2}
    return (
        ("1" in numbers and (alike > 1 or firsts >= _FIRST_POWERS))
        or {"1", "2", "3"} <= numbers
        or (len(doubles) > 1 and any(d[0] == d[1] for d in doubles))
    )


def _numbers(seen: Evidence) -> set[str]:
    return {above[0].text for above in seen.raised if len(above) == 1 and above[0].kind == "number"}


def _numbered(layered: Mapping[str, Evidence]) -> Iterable[str]:
    """Names with a layer 1 or 3; beside them those whose ``2`` always stands above a subscript (``z^2_j``)."""
    counted = {name for name, seen in layered.items() if _numbers(seen) - {"2"}}
    yield from counted
    for name, seen in layered.items():
        twos = [seated for above, seated in zip(seen.raised, seen.seated, strict=True) if above[0].kind == "number"]
        if counted and twos and all(twos):
            yield name


def _is_euler(seen: Evidence) -> bool:
    named = seen.bare - len(seen.raised) > 0
    return not named or any(any(item.kind != "number" for item in above) for above in seen.raised)


def _is_digitwise(seen: Evidence) -> bool:
    """Do letters take the places of digits: ``H_{2i}`` beside ``H_{21}``?"""
    counts = {len(found) for found in map(_atoms, seen.lowered) if any(_is_variable(atom) for atom in found)}
    digits = [items[0].text for items in seen.lowered if len(items) == 1 and items[0].kind == "number" and len(items[0].text) > 1]
    return any(len(text) in counts or text[0] == "0" for text in digits)


def _atoms(items: Sequence[Item]) -> tuple[object, ...]:
    try:
        return atoms(items, digitwise=True)
    except Unreadable:
        return ()


def _is_variable(atom: object) -> bool:
    return not isinstance(atom, Number) and not (isinstance(atom, Ref) and len(atom.name) > 1)


def _is_kronecker(seen: Evidence) -> bool:
    if not seen.lowered or seen.assigned or seen.raised or seen.scripted or len(seen.lowered) != seen.bare + len(seen.brackets):
        return False
    return all(
        len(items) == 2 and all(i.kind == "letter" and i.plain and i.text in INDEX_LETTERS for i in items)
        for items in seen.lowered
    )
