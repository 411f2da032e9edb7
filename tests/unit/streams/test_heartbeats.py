from connectors.contract.codec import Heartbeat, Reading
from streams.core.heartbeats import SET_BACK, PulseLog


def beat(at: int, topic: str = "ioc.documents", backlog: int | None = None) -> Heartbeat:
    return Heartbeat(source="one-stop", kind="one_stop", topic=topic, at=at, backlog=backlog)


def test_the_latest_beat_of_a_source_counts_whatever_the_order() -> None:
    log = PulseLog()
    log.fold(7, [beat(2, backlog=20), beat(3, backlog=30)])
    log.fold(8, [beat(1, backlog=10)])
    assert [(pulse.at, pulse.backlog) for pulse in log.latest()] == [(3, 30)]


def test_a_source_whose_clock_is_set_right_again_is_heard_at_once() -> None:
    """Else it would be silent until the year that its clock once showed, and seem to live."""
    ahead = 3 * SET_BACK
    log = PulseLog()
    log.fold(0, [beat(ahead)])
    log.fold(1, [beat(ahead - SET_BACK + 1, backlog=1)])
    assert [pulse.at for pulse in log.latest()] == [ahead]
    log.fold(2, [beat(SET_BACK, backlog=2)])
    log.fold(3, [beat(SET_BACK + 5, backlog=3)])
    assert [(pulse.at, pulse.backlog) for pulse in log.latest()] == [(SET_BACK + 5, 3)]


def test_a_source_beats_for_each_topic_that_it_feeds() -> None:
    log = PulseLog()
    log.fold(0, [beat(5, "ioc.health"), beat(1)])
    assert [pulse.topic for pulse in log.latest()] == ["ioc.documents", "ioc.health"]


def test_what_is_no_heartbeat_is_passed_over() -> None:
    reading = Reading("0" * 16, "a", "health", "i", "94", "2023", 1.0, 1, 0, 1)
    log = PulseLog()
    log.fold(0, [reading, beat(1)])
    assert len(log.latest()) == 1


def test_it_is_open_when_read_to_the_end_that_it_had() -> None:
    log = PulseLog()
    assert not log.open
    log.gate = 6
    log.fold(4, [])
    assert not log.open
    log.fold(5, [])
    log.fold(3, [])
    assert (log.open, log.next) == (True, 6)
