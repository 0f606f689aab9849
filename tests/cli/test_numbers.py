"""``--numbers``, ``--digits`` and ``--set`` on the command line."""

from __future__ import annotations

import json

from tests.conftest import Command

TELL = ("--numbers", "--format", "json", "-q")


def test_numbers_in_json(command: Command) -> None:
    outcome = command("derive", "two-two-two", *TELL)
    assert outcome.code == 0, outcome.err
    numbers = json.loads(outcome.out)["numbers"]
    assert numbers["digits"] == 9
    assert numbers["given"]["i_2"] == "0.10"
    assert (numbers["forward"]["E_total"], numbers["after"]["E_total"]) == ("0.298371109", "0.291027774")
    assert all(isinstance(float(text), float) for kind in numbers.values() if isinstance(kind, dict) for text in kind.values())


def test_no_numbers_unless_asked_for(command: Command) -> None:
    assert "numbers" not in json.loads(command("derive", "two-two-two", "--format", "json", "-q").out)
    assert "In numbers" not in command("derive", "two-two-two", "--format", "text", "-q").out


def test_digits(command: Command) -> None:
    page = json.loads(command("derive", "two-two-two", *TELL, "--digits", "3").out)
    assert page["numbers"]["forward"]["out_h1"] == "0.593"
    assert page["numbers"]["after"]["E_total"] == "0.291"


def test_set_changes_a_value(command: Command) -> None:
    numbers = json.loads(command("derive", "two-paths", *TELL, "--wrt", "xh_1", "--set", "xh_1=0.8").out)["numbers"]
    assert (numbers["given"]["xh_1"], numbers["forward"]["Y"], numbers["forward"]["L"]) == ("0.8", "4", "2")


def test_set_gives_all_that_is_missing(command: Command) -> None:
    values = [word for pair in ("w=2", "x=3", "t=1", "eta=0.1") for word in ("--set", pair)]
    numbers = json.loads(command("derive", "y = w x", *TELL, *values).out)["numbers"]
    assert (numbers["gradients"], numbers["updated"]) == ({"w": "15"}, {"w": "0.5"})


def test_missing_values_are_an_error(command: Command) -> None:
    outcome = command("derive", "xor", *TELL)
    assert (outcome.code, outcome.out) == (2, "")
    assert "x_1, x_2, t, u_11," in outcome.err
    assert "and η have no value" in outcome.err
    assert "hint: write `values x_1 = 0.5` in the network, or give --set x_1=0.5" in outcome.err


def test_digits_without_numbers_is_a_misuse(command: Command) -> None:
    outcome = command("derive", "two-two-two", "--digits", "3")
    assert outcome.code == 2
    assert "--digits goes with --numbers" in outcome.err
    assert command("derive", "two-two-two", "--numbers", "--digits", "31").code == 2


def test_set_knows_the_name_that_the_profile_gives_the_rate(command: Command) -> None:
    given = ("derive", "y = w x; minimize E = ½ (t - y)²; values w = 2, x = 3, t = 1", *TELL, "--profile", "lecture")
    for name in ("α", "alpha", "η"):
        numbers = json.loads(command(*given, "--set", f"{name}=0.1").out)["numbers"]
        assert numbers["updated"] == {"w": "0.5"}
    refused = command(*given, "--set", "w=1")
    assert "--set α=0.5" in refused.err
