"""Sessions end when nobody uses them, after half a day, and when they are closed; guessing is bounded."""

from __future__ import annotations

from db.reading_room.review.lodge import OF_A_NAME, OF_ALL, WITHIN, Tries
from db.reading_room.review.session import IDLE, MOST, WHOLE, Sessions


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_that_nobody_uses_ends() -> None:
    clock = Clock()
    held = Sessions(clock)
    key, made = held.open("Anna", "hash")
    clock.now += IDLE - 1
    assert held.of(key) == made
    clock.now += IDLE + 1
    assert held.of(key) is None


def test_a_session_ends_after_half_a_day_though_it_is_used() -> None:
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


def test_there_are_never_more_sessions_than_the_bound() -> None:
    clock = Clock()
    held = Sessions(clock)
    first, _ = held.open("Anna", "hash")
    for _ in range(MOST):
        clock.now += 1
        held.open("Jan", "hash")
    assert held.of(first) is None


def test_after_ten_wrong_passwords_of_a_name_no_further_is_looked_at_for_a_while() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(OF_A_NAME):
        assert tries.wait("Anna") == 0
        tries.wrong("Anna")
    assert 0 < tries.wait("Anna") <= WITHIN + 1
    assert tries.wait("Jan") == 0
    clock.now += WITHIN + 1
    assert tries.wait("Anna") == 0


def test_wrong_passwords_of_many_names_are_bounded_together() -> None:
    tries = Tries(Clock())
    for number in range(OF_ALL):
        tries.wrong(f"name {number}")
    assert tries.wait("Jan") > 0


def test_the_right_password_makes_good_what_was_mistyped() -> None:
    tries = Tries(Clock())
    for _ in range(OF_A_NAME):
        tries.wrong("Anna")
    tries.right("Anna")
    assert tries.wait("Anna") == 0
