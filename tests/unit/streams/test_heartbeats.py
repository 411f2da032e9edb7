from connectors.contract.codec import Heartbeat
from streams.core.heartbeats import Pulses


def beat(
    at: int, topic: str = "ioc.public-administration", backlog: int | None = None
) -> Heartbeat:
    return Heartbeat(source="one-stop", kind="one_stop", topic=topic, at=at, backlog=backlog)


def test_the_latest_beat_of_a_source_counts_whatever_the_order() -> None:
    pulses = Pulses()
    for at, backlog in [(2, 20), (3, 30), (1, 10)]:
        pulses.hear(beat(at, backlog=backlog))
    assert [(pulse.at, pulse.backlog) for pulse in pulses.latest()] == [(3, 30)]


def test_a_source_beats_for_each_topic_that_it_feeds() -> None:
    pulses = Pulses()
    pulses.hear(beat(5, "ioc.documents"))
    pulses.hear(beat(1))
    assert [pulse.topic for pulse in pulses.latest()] == [
        "ioc.documents",
        "ioc.public-administration",
    ]
