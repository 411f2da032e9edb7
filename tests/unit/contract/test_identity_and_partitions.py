from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import bundles, codec
from connectors.contract.identity import case_event, version
from connectors.contract.partitions import partition_of, reading_subject

rows = st.lists(
    st.builds(
        codec.ProgressRow,
        time=st.integers(0, 9),
        status=st.integers(1, 10),
        department=st.none() | st.just("x"),
    ),
    unique_by=lambda row: (row.time, row.status),
    max_size=4,
)


def event(**changes: object) -> codec.CaseEvent:
    values: dict[str, object] = {
        "source": "s",
        "kind": "dossier",
        "case": "c",
        "revision": 0,
        "observed_at": 1,
        "facts": codec.CaseFacts(due=5),
    }
    return case_event(**{**values, **changes})  # type: ignore[arg-type]


def test_the_same_content_has_the_same_id_whenever_it_is_sent() -> None:
    assert event().id == event(observed_at=99, revision=1).id


def test_another_source_case_or_content_has_another_id() -> None:
    others = [
        event(source="t"),
        event(case="d"),
        event(kind="document"),
        event(facts=codec.CaseFacts(due=6)),
        event(partial=("due",)),
        event(facts=None),
    ]
    assert len({event().id, *(other.id for other in others)}) == 1 + len(others)


@given(rows, st.randoms())
def test_the_id_does_not_depend_on_the_order_of_progress_rows(
    progress: list[codec.ProgressRow], random: object
) -> None:
    shuffled = list(progress)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert event(progress=shuffled) == event(progress=progress)


def test_versions_order_by_revision_then_reception_then_content() -> None:
    insert_late = event(revision=0, observed_at=9)
    update_early = event(revision=1, observed_at=1)
    update_later = event(revision=1, observed_at=2, facts=codec.CaseFacts(due=1))
    ordered = sorted([update_later, insert_late, update_early], key=version)
    assert ordered == [insert_late, update_early, update_later]


@given(st.text(min_size=1), st.integers(1, 64))
def test_the_partition_is_crc32_of_the_subject(subject: str, count: int) -> None:
    assert partition_of(subject, count) == crc32(subject.encode()) % count


def test_known_partitions_never_move() -> None:
    assert partition_of("000.00.04.H51-200221-0001", 12) == 5
    assert partition_of(reading_subject("visits", "941"), 3) == 2


@given(st.lists(st.binary(max_size=300).map(lambda b: b.hex().encode()), max_size=1200))
def test_packing_keeps_every_event_in_order_within_the_bounds(events: list[bytes]) -> None:
    messages = list(bundles.pack(events))
    unpacked = [e for message, _ in messages for e in message[1:-1].split(b",")]
    assert unpacked == events or (b"" in events and len(unpacked) == len(events))
    assert [count for _, count in messages] == [m.count(b",") + 1 for m, _ in messages]
    assert all(count <= bundles.MAX_EVENTS for _, count in messages)
    assert all(len(message) <= bundles.MAX_BYTES for message, _ in messages)


def test_an_event_larger_than_a_bundle_travels_alone() -> None:
    large = b'"' + b"x" * bundles.MAX_BYTES + b'"'
    assert [count for _, count in bundles.pack([b"1", large, b"2"])] == [1, 1, 1]
