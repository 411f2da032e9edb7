"""The worker decodes with msgspec what the contract says in Pydantic: they may never disagree."""

import copy
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.contract import codec
from connectors.contract.events import BUNDLE, Event
from tests.unit.contract.strategies import bundles, json_values


def accepted_by_pydantic(message: bytes) -> list[dict[str, Any]] | None:
    try:
        events: list[Event] = BUNDLE.validate_json(message)
    except ValidationError:
        return None
    return [event.model_dump(mode="json", exclude_defaults=False) for event in events]


def accepted_by_msgspec(message: bytes) -> list[dict[str, Any]] | None:
    try:
        events = codec.decode_bundle(message)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return [_whole(event) for event in events]


def _whole(event: codec.Event) -> dict[str, Any]:
    """Every field with its value, defaults too, in the shape of Pydantic's dump."""
    return {"type": event.__struct_config__.tag, **_fields(event)}


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    return {name: _value(getattr(struct, name)) for name in struct.__struct_fields__}


def _value(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _fields(value)
    return [_value(item) for item in value] if isinstance(value, tuple) else value


@given(bundles())
def test_they_read_the_same_from_what_the_contract_allows(bundle: list[dict[str, Any]]) -> None:
    message = json.dumps(bundle).encode()
    read = accepted_by_pydantic(message)
    assert read is not None
    assert accepted_by_msgspec(message) == read


@settings(max_examples=400)
@given(st.data())
def test_they_refuse_the_same_broken_messages(data: st.DataObject) -> None:
    bundle = data.draw(bundles(min_size=1))
    target = data.draw(st.sampled_from(_places(bundle)))
    container, key = target
    if data.draw(st.booleans()) and isinstance(container, dict):
        del container[key]
    else:
        container[key] = data.draw(json_values())
    message = json.dumps(bundle).encode()
    assert accepted_by_msgspec(message) == accepted_by_pydantic(message)


FULL = [
    {
        "type": "case",
        "id": "0123456789abcdef",
        "source": "s",
        "kind": "dossier",
        "case": "c",
        "revision": 1,
        "observed_at": 1_700_000_000_000_000,
        "facts": {
            **dict.fromkeys(["agency", "procedure", "field"], "x"),
            "channel": "online",
            "service_level": "full",
            "payment": "none",
            "status": 9,
            **dict.fromkeys(["submitted", "received", "due", "finished", "returned"], 1),
            "refused": None,
            "supplements": [{"requested": 1, "received": 2, "due_before": 3, "due_after": 4}],
            "traits": ["population_data"],
        },
        "partial": ["due"],
        "progress": [
            {
                "time": 1,
                "status": 2,
                "agency": "a",
                "department": "d",
                "began": 1,
                "due": 2,
                "void": False,
            }
        ],
    },
    {
        "type": "reading",
        "id": "0123456789abcdef",
        **dict.fromkeys(["source", "subsystem", "indicator", "unit"], "x"),
        "period": "2023",
        "value": 1.5,
        "time": 1,
        "revision": 0,
        "observed_at": 1,
    },
    {
        "type": "heartbeat",
        "source": "s",
        "kind": "probe",
        "topic": "t",
        **dict.fromkeys(["at", "accepted", "refused", "repeated", "unknown"], 1),
        "backlog": 1,
        "position": "p",
        "last_event_at": 1,
    },
]
EDGES: list[Any] = [
    *(None, True, False, 0, -1, 1, 10, 11, 1.0, 1.5, 1e3, "", "1", "a", {}, [], [1], ["due"]),
    *(4_102_444_800, 4_102_444_801, 2**63 - 1, 2**63, 10**20, "dossier", "full", "é\U0001f600"),
    *("x" * length for length in (3, 4, 16, 17, 32, 33, 100, 101, 128, 129, 200, 201, 500, 501)),
]


def test_they_agree_at_every_edge_of_every_field() -> None:
    disagreements = []
    for index in range(len(_places(FULL))):
        for edge in [*EDGES, "absent"]:
            bundle = copy.deepcopy(FULL)
            container, key = _places(bundle)[index]
            if edge == "absent" and isinstance(container, dict):
                del container[key]
            else:
                container[key] = edge
            message = json.dumps(bundle).encode()
            if accepted_by_msgspec(message) != accepted_by_pydantic(message):
                disagreements.append((key, edge))
    assert disagreements == []


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON document."""
    if isinstance(value, dict):
        keys: list[Any] = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    else:
        return []
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{}",
        b"[",
        b"null",
        b"[null]",
        b"[{}]",
        b'[{"type":"case"}]',
        b'[{"type":"x"}]',
        b"\xff",
    ],
)
def test_both_refuse_garbage(message: bytes) -> None:
    assert accepted_by_pydantic(message) is None
    assert accepted_by_msgspec(message) is None


def test_a_broken_event_does_not_hide_its_neighbours() -> None:
    good = codec.encode(
        codec.Heartbeat(source="s", kind="probe", topic="ioc.health", at=1_700_000_000_000_000)
    )
    parts = codec.split_bundle(b"[" + good + b',{"type":"case"}]')
    assert codec.decode_event(parts[0]).source == "s"
    with pytest.raises(msgspec.ValidationError):
        codec.decode_event(parts[1])
