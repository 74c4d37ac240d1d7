import pytest

from portal.outbound import PrivateAddress, refuse_private


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "localhost",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
    ],
)
def test_whatever_the_spelling_a_private_address_is_refused(host):  # X4
    with pytest.raises(PrivateAddress):
        refuse_private(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_a_public_address_is_let_through(host):
    refuse_private(host)


def test_an_operator_may_allow_his_own_network(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True

    refuse_private("127.0.0.1")
