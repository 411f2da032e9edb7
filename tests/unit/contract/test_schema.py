"""The published JSON Schema of the log: generated, current, and never narrower than before."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from connectors.contract.events import json_schema
from tests.unit.contract.schema_compatibility import incompatibilities
from tests.unit.contract.strategies import bundles

PUBLISHED = Path(__file__).parents[3] / "docs" / "events.schema.json"
SCHEMA = json_schema()


def test_the_published_schema_stays_readable_by_the_contract() -> None:
    assert incompatibilities(json.loads(PUBLISHED.read_text(encoding="utf-8")), SCHEMA) == []


def test_the_published_schema_is_current() -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert published == SCHEMA, "run: python -m connectors.contract > docs/events.schema.json"


@given(bundles())
def test_what_the_contract_reads_is_valid_by_the_schema(bundle: list[dict[str, Any]]) -> None:
    Draft202012Validator(SCHEMA).validate(bundle)


def _drop_field(schema: dict[str, Any]) -> None:
    del schema["$defs"]["CaseFacts"]["properties"]["due"]


def _require_field(schema: dict[str, Any]) -> None:
    schema["$defs"]["CaseEvent"]["required"].append("progress")


def _drop_enum_value(schema: dict[str, Any]) -> None:
    schema["$defs"]["CaseEvent"]["properties"]["kind"]["enum"].remove("incident")


def _tighten_bound(schema: dict[str, Any]) -> None:
    schema["$defs"]["ProgressRow"]["properties"]["status"]["maximum"] = 9


def _forbid_null(schema: dict[str, Any]) -> None:
    schema["$defs"]["CaseFacts"]["properties"]["due"]["anyOf"].pop()


def _drop_event_type(schema: dict[str, Any]) -> None:
    del schema["$defs"]["Reading"]


@pytest.mark.parametrize(
    "change",
    [
        _drop_field,
        _require_field,
        _drop_enum_value,
        _tighten_bound,
        _forbid_null,
        _drop_event_type,
    ],
)
def test_an_incompatible_change_is_found(change: Callable[[dict[str, Any]], None]) -> None:
    changed = copy.deepcopy(SCHEMA)
    change(changed)
    assert incompatibilities(SCHEMA, changed)


def test_a_new_optional_field_is_compatible() -> None:
    changed = copy.deepcopy(SCHEMA)
    changed["$defs"]["CaseFacts"]["properties"]["fee"] = {"type": "integer"}
    assert incompatibilities(SCHEMA, changed) == []
