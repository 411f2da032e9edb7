"""Anything the contract allows, as the JSON a connector would write; and JSON of any kind."""

from typing import Any, get_args

from hypothesis import strategies as st

from connectors.contract import vocabulary

seconds = st.integers(vocabulary.EARLIEST_SECOND, vocabulary.LATEST_SECOND)
microseconds = st.integers(0, 4_102_444_800_000_000)
codes = st.text("0123456789.HABCxyz-", min_size=1, max_size=64)
ids = st.text("0123456789abcdef", min_size=16, max_size=16)
counts = st.integers(0, 10**12)


def _record(
    required: dict[str, Any], optional: dict[str, Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def one_of(literal: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(literal))


supplements = _record(
    {"requested": seconds},
    {"received": seconds | st.none(), "due_before": seconds, "due_after": seconds},
)
rows = _record(
    {"time": seconds, "status": st.integers(1, 10)},
    {
        "agency": codes,
        "department": st.text(max_size=200) | st.none(),
        "began": seconds,
        "due": seconds,
        "void": st.booleans(),
    },
)
facts = _record(
    {},
    {
        "agency": codes | st.none(),
        "procedure": codes,
        "field": codes,
        "channel": one_of(vocabulary.Channel),
        "service_level": one_of(vocabulary.ServiceLevel),
        "payment": one_of(vocabulary.Payment),
        "status": st.integers(1, 10),
        "submitted": seconds,
        "received": seconds,
        "due": seconds,
        "finished": seconds | st.none(),
        "returned": seconds,
        "refused": seconds,
        "supplements": st.lists(supplements, max_size=3),
        "traits": st.lists(one_of(vocabulary.Trait), max_size=3),
    },
)
cases = _record(
    {
        "type": st.just("case"),
        "id": ids,
        "source": codes,
        "kind": one_of(vocabulary.CaseKind),
        "case": st.text(min_size=1, max_size=100),
        "revision": counts,
        "observed_at": microseconds,
    },
    {
        "facts": facts | st.none(),
        "partial": st.lists(st.sampled_from(["due", "finished"]), max_size=2) | st.none(),
        "progress": st.lists(rows, max_size=3),
        "field_of_a_later_version": st.integers(),
    },
)
readings = _record(
    {
        "type": st.just("reading"),
        "id": ids,
        "source": codes,
        "subsystem": codes,
        "indicator": codes,
        "unit": codes,
        "period": st.text(min_size=4, max_size=32),
        "value": st.floats(allow_nan=False, allow_infinity=False) | st.none(),
        "time": seconds,
        "revision": counts,
        "observed_at": microseconds,
    },
    {},
)
heartbeats = _record(
    {
        "type": st.just("heartbeat"),
        "source": codes,
        "kind": one_of(vocabulary.SourceKind),
        "topic": codes,
        "at": microseconds,
    },
    {
        "accepted": counts,
        "refused": counts,
        "repeated": counts,
        "unknown": counts,
        "backlog": counts | st.none(),
        "position": st.text(max_size=500) | st.none(),
        "last_event_at": microseconds,
    },
)


def bundles(min_size: int = 0) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(cases | readings | heartbeats, min_size=min_size, max_size=3)


def json_values() -> st.SearchStrategy[Any]:
    """Values of every JSON type, near the edges of what is allowed."""
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.integers(-2, 12),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
        st.text("a", min_size=60, max_size=110),
        st.sampled_from(["dossier", "online", "case", "heartbeat", "2023", "1", ""]),
        st.lists(st.integers(), max_size=2),
        st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    )
