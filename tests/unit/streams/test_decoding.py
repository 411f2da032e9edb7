import pytest

from connectors.contract.bundles import join
from connectors.contract.codec import Heartbeat, encode
from streams.core.events import Unreadable
from streams.shell.decoding import NoBundleError, read_bundle
from tests.unit.streams.test_partition import heard

GOOD = heard(received=1)
CASE = b'{"type":"case","id":"0123456789abcdef","source":"s","kind":"dossier","revision":0,'


def test_a_bundle_is_its_events() -> None:
    beat = Heartbeat(source="a", kind="file", topic="t", at=1)
    assert read_bundle(join([encode(GOOD), encode(beat)])) == [GOOD, beat]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (CASE + b'"observed_at":1}', "Object missing required field `case`"),
        (b"5", "Expected `object`, got `int`"),
        (b'{"type":"gossip"}', "Invalid value … - at `$.type`"),
        (
            CASE + b'"observed_at":1,"case":"A","facts":{"status":11}}',
            "Expected `int` <= 10 - at `$.facts.status`",
        ),
    ],
)
def test_a_broken_event_is_marked_and_its_neighbours_are_read(broken: bytes, reason: str) -> None:
    assert read_bundle(join([encode(GOOD), broken, encode(GOOD)])) == [
        GOOD,
        Unreadable(reason),
        GOOD,
    ]


@pytest.mark.parametrize("name", ["Nguyễn Văn A", "Nguyễn 'Văn' A", 'Nguyễn \\"Văn\\" A'])
def test_a_reason_never_holds_what_was_found(name: str) -> None:
    event = CASE + f'"observed_at":1,"case":"A","facts":{{"channel":"{name}"}}}}'.encode()
    (found,) = read_bundle(b"[" + event + b"]")
    assert isinstance(found, Unreadable)
    assert found.reason == "Invalid enum value … - at `$.facts.channel`"


@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe", b"garbage", b"[1,", b'{"type":"case"}'])
def test_what_is_no_array_is_no_bundle(value: bytes | None) -> None:
    with pytest.raises(NoBundleError):
        read_bundle(value)
