import logging

from streams.shell.logs import Sparing


def record(message: str, *arguments: object, name: str = "aiokafka.x") -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 0, message, arguments, None)


def test_a_client_that_repeats_itself_is_heard_once_in_a_while() -> None:
    sparing = Sparing(pause=0.05)
    assert sparing.filter(record("broker %d is away", 1))
    assert not sparing.filter(record("broker %d is away", 1))
    assert not sparing.filter(record("broker %d is away", 1))
    assert sparing.filter(record("broker %d is away", 2))
    sparing._heard["broker 1 is away"] = (-1.0, 2)
    again = record("broker %d is away", 1)
    assert sparing.filter(again)
    assert again.getMessage() == "broker 1 is away (2 more of these)"


def test_our_own_words_are_never_left_out() -> None:
    sparing = Sparing()
    assert all(sparing.filter(record("open", name="streams.shell.worker")) for _ in range(3))


def test_what_was_heard_is_not_remembered_without_bound() -> None:
    sparing = Sparing()
    for number in range(2500):
        sparing.filter(record(str(number)))
    assert len(sparing._heard) <= 1000
