"""Sessions end when idle, after half a day, and when closed; guesses are limited."""

from __future__ import annotations

from db.reading_room.review.reviewer_access import FROM_A_PLACE, OF_A_NAME, OF_A_NAME_HERE, WITHIN, Tries
from db.reading_room.review.session import IDLE, MOST, WHOLE, Sessions

HERE = "192.0.2.7"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_unused_session_ends() -> None:
    clock = Clock()
    held = Sessions(clock)
    key, made = held.open("Anna", "hash")
    clock.now += IDLE - 1
    assert held.of(key) == made
    clock.now += IDLE + 1
    assert held.of(key) is None


def test_session_ends_after_half_a_day_even_if_used() -> None:
    clock = Clock()
    held = Sessions(clock)
    key, _ = held.open("Anna", "hash")
    while clock.now < 1000 + WHOLE:
        assert held.of(key) is not None
        clock.now += IDLE / 2
    assert held.of(key) is None


def test_each_session_has_its_own_key_and_token_and_ends_alone() -> None:
    held = Sessions()
    (one, first), (other, second) = held.open("Anna", "hash"), held.open("Anna", "hash")
    assert len({one, other, first.token, second.token}) == 4
    held.close(one)
    assert held.of(one) is None
    assert held.of(other) == second
    assert held.of("") is None


def test_number_of_sessions_is_bounded() -> None:
    clock = Clock()
    held = Sessions(clock)
    first, _ = held.open("Anna", "hash")
    for _ in range(MOST):
        clock.now += 1
        held.open("Jan", "hash")
    assert held.of(first) is None


def test_ten_wrong_passwords_block_a_name_for_a_while() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(OF_A_NAME_HERE):
        assert tries.wait("Anna", HERE) == 0
        tries.wrong("Anna", HERE)
    assert 0 < tries.wait("Anna", HERE) <= WITHIN + 1
    assert tries.wait("Jan", HERE) == 0
    clock.now += WITHIN + 1
    assert tries.wait("Anna", HERE) == 0


def test_guessing_from_one_network_blocks_nobody_elsewhere() -> None:
    tries = Tries(Clock())
    for number in range(FROM_A_PLACE):
        tries.wrong("Anna", "2001:db8:0:1::1" if number % 2 else "2001:db8:0:1::2")
    for name in ("Anna", "Jan"):
        assert tries.wait(name, "2001:db8:0:1::3") > 0, "one network of IPv6 is one place"
        assert tries.wait(name, HERE) == 0


def test_guessing_from_many_networks_does_not_block_a_known_address() -> None:
    tries = Tries(Clock())
    tries.right("Anna", HERE)
    for number in range(OF_A_NAME):
        tries.wrong("Anna", f"203.0.113.{number}")
    assert tries.wait("Anna", "198.51.100.7") > 0
    assert tries.wait("Anna", HERE) == 0
    for _ in range(OF_A_NAME_HERE):
        tries.wrong("Anna", HERE)
    assert tries.wait("Anna", HERE) > 0, "and who guesses there is bounded as anywhere"


def test_correct_password_resets_the_count_of_wrong_ones() -> None:
    tries = Tries(Clock())
    for _ in range(OF_A_NAME_HERE):
        tries.wrong("Anna", HERE)
    tries.right("Anna", HERE)
    assert tries.wait("Anna", HERE) == 0
