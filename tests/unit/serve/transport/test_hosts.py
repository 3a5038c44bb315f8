"""Names that a service answers to."""

from __future__ import annotations

import pytest

from jmt.errors import ConfigError
from jmt.serve.transport.hosts import ANY_HOST, hosts_of, name_of


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Example.ORG:80", "example.org"),
        ("example.org.", "example.org"),
        ("a_b-c.d", "a_b-c.d"),
        ("[0:0:0:0::1]:8000", "[::1]"),
        ("127.0.0.1:0", "127.0.0.1"),
    ],
)
def test_a_name_has_one_plain_form(written: str, name: str):
    assert name_of(written) == name


@pytest.mark.parametrize(
    "written", ["", ".", "a..b", ":80", "a:b", "a:65536", "[a]", "[::1", "a b", "a@b", "é", "a" * 256]
)
def test_what_is_no_name_is_none(written: str):
    assert name_of(written) is None


def test_on_the_machines_own_address_its_own_names_are_answered_and_those_that_are_allowed():
    hosts = hosts_of("box.internal", [" jmt.example.org:443 "], only_here=True)
    for name in ("localhost", "127.0.0.1", "127.255.0.3", "[::1]", "box.internal", "jmt.example.org"):
        assert hosts.admits(name)
    for name in ("example.org", "128.0.0.1", "[::2]", "internal"):
        assert not hosts.admits(name)


def test_where_others_are_let_in_any_name_will_do_unless_some_are_named():
    assert hosts_of("0.0.0.0", [], only_here=False) == ANY_HOST
    assert ANY_HOST.admits("example.org")
    assert not hosts_of("0.0.0.0", ["jmt.example.org"], only_here=False).admits("example.org")


@pytest.mark.parametrize("written", ["http://a", "", "a b", "*"])
def test_a_name_that_is_none_cannot_be_allowed(written: str):
    with pytest.raises(ConfigError, match="--allowed-hosts"):
        hosts_of("127.0.0.1", [written], only_here=True)


@pytest.mark.parametrize("name", ["192.168.1.5", "10.0.0.1", "169.254.1.1", "[fd00::1]", "0.0.0.0"])
def test_an_address_of_the_network_around_is_not_this_machine_itself(name: str):
    hosts = hosts_of("127.0.0.1", [], only_here=True)
    assert not hosts.admits(name)
    assert hosts.admits("127.9.9.9")
    assert hosts.admits("[::1]")
