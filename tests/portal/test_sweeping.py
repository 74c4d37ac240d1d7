"""How a sweep goes through its rows. # C8"""

from portal import sweeping
from portal.errors import WrongState


def test_what_fails_is_logged_and_stops_no_other(caplog):
    def act(number: int) -> bool:
        if number == 1:
            raise WrongState("no")
        return number > 0

    assert sweeping.each([0, 1, 2, 3], act) == 2
    assert sweeping.each("ab", lambda _row: 3) == 6
    assert [record.getMessage() for record in caplog.records] == ["A sweep failed at int 1"]
