"""Addresses, literals and queries: what may be asked, and that no text leaves the place where it stands."""

import json

import pytest

from oldhand.errors import BadArgument, BadCypher, BadGraphAddress, TooLong
from oldhand.graph.falkordb.address import Address, parsed, usual_name
from oldhand.graph.falkordb.guard import LONGEST_QUERY, bare_words, checked
from oldhand.graph.falkordb.literals import given, header, literal, name_of_property, text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("falkordb://127.0.0.1:6380/shop", Address(False, "", "127.0.0.1", 6380, "shop")),
        ("falkordb://localhost", Address(False, "", "localhost", 6379, "")),
        ("falkordbs://graph.example.com/", Address(True, "", "graph.example.com", 6379, "")),
        ("redis://ann@[::1]:7000/a.b-c_d", Address(False, "ann", "[::1]", 7000, "a.b-c_d")),
        (" FALKORDB://Localhost:1/x ", Address(False, "", "localhost", 1, "x")),
    ],
)
def test_an_address_is_read(said: str, meant: Address) -> None:
    assert parsed(said) == meant
    assert parsed(f"{meant.shown}/{meant.name}") == meant


@pytest.mark.parametrize(
    "said",
    [
        "", "embedded", "localhost:6379", "http://localhost", "falkordb://", "falkordb://a b", "falkordb://h:0",
        "falkordb://h:65536", "falkordb://h:x", "falkordb://h/a/b", "falkordb://h/a?db=1", "falkordb://h/#x",
        "falkordb://-h", "falkordb://h/{x}", "falkordb://h/é", "falkordb://h\n", "falkordb://h\x00/x", "x" * 10_000,
        "falkordb://" + "a." * 5000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(said: str) -> None:
    if said == "falkordb://h\n":
        assert parsed(said).host == "h"  # the control: what surrounds it is no part of it
        return
    with pytest.raises(BadGraphAddress):
        parsed(said)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    secret = "hunter" + "22-pass"
    for said in (f"falkordb://ann:{secret}@localhost/x", f"falkordb://:{secret}@localhost", f"redis://a:{secret}@h?x"):
        with pytest.raises(BadGraphAddress) as caught:
            parsed(said)
        assert secret not in str(caught.value) and "OLDHAND_GRAPH_PASSWORD" in str(caught.value)


def test_this_machine_is_told_by_the_form_of_an_address() -> None:
    assert all(parsed(f"falkordb://{host}").loopback for host in ("localhost", "127.0.0.1", "127.9.9.9", "[::1]"))
    assert not any(parsed(f"falkordb://{host}").loopback for host in ("127.example.com", "10.0.0.1", "localhost.com"))


def test_a_graph_is_named_after_the_project() -> None:
    assert usual_name("My Shop!") == "my-shop" and usual_name("кириллица") == "oldhand" and usual_name("") == "oldhand"


def test_a_literal_holds_its_text() -> None:
    assert literal('a"b\\c') == r'"a\"b\\c"' and literal(None) == "null" and literal([True, -1, "x"]) == '[true,-1,"x"]'
    assert literal({"since": 5}) == "{`since`:5}" and text("a\0b") == '"a\ufffdb"'
    for name in ("", "a`b", "a\0"):
        with pytest.raises(ValueError, match="cannot be the name"):
            name_of_property(name)
    assert header({}) == "" and header({"a": "1"}) == "CYPHER a=1 "


def test_parameters_are_json_or_texts() -> None:
    assert given(["n=5", "x=0.5", "t=two words", 's="5"', "l=[1,2]", "o={\"k\":null}", "b=true", "e=", "q=a=b"]) == {
        "n": "5", "x": "0.5", "t": '"two words"', "s": '"5"', "l": "[1,2]", "o": "{`k`:null}", "b": "true",
        "e": '""', "q": '"a=b"',
    }  # fmt: skip
    assert given(["i=NaN", "j=Infinity", f"k={2**70}", "d=" + "[" * 50 + "]" * 50]).keys() == {"i", "j", "k", "d"}
    assert given([f"k={2**70}"])["k"] == f'"{2**70}"'  # FalkorDB has numbers of 64 bits: a longer one stays a text


@pytest.mark.parametrize("said", [["novalue"], ["=5"], ["1a=5"], ["a b=5"], ["a`=5"], ["a=1", "a=2"], ["x=1"] * 101])
def test_parameters_without_a_name_or_twice_are_refused(said: list[str]) -> None:
    with pytest.raises(BadArgument):
        given(said)


def test_what_is_quoted_or_commented_is_no_word_of_a_query() -> None:
    said = "MATCH (n {t: 'LOAD CSV \\' x'}) // LOAD CSV\n/* LOAD CSV */ WHERE n.`LOAD CSV` = \"LOAD CSV\" RETURN n"
    assert bare_words(said) == ["MATCH", "n", "t", "WHERE", "n", "RETURN", "n"]
    assert checked(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "load\n/* x */ csv FROM 'http://h' AS r RETURN r",
        "MATCH (n) WITH n LOAD//\nCSV FROM n.text AS r RETURN r", "RETURN '\\\\' LOAD CSV FROM 'x' AS r RETURN r",
        "CYPHER a=1 RETURN $a", "", "  ;  ", "RETURN 1 \0", "RETURN '\ud800'",
    ],
)  # fmt: skip
def test_a_query_may_not_read_files_or_bring_its_own_header(said: str) -> None:
    with pytest.raises(BadCypher):
        checked(said)


def test_a_query_may_not_be_endless() -> None:
    with pytest.raises(TooLong):
        checked("RETURN " + "1" * LONGEST_QUERY)
    assert checked(" RETURN 1 ; ") == "RETURN 1"
    assert json.dumps(bare_words("'" * 99_999))  # one pass, however many quotes are open
