"""Which adapter reads which source."""

from importlib import import_module
from typing import Any

from connectors.clock import Clock
from connectors.runner.adapter import Adapter
from connectors.runner.settings import SourceSettings

_MODULES = {
    "http": "connectors.http_json.adapter",
    "sql": "connectors.sql.adapter",
    "files": "connectors.files.adapter",
}


def open_adapter(source: SourceSettings, clock: Clock) -> Adapter:
    """The adapter of a source. Its libraries are loaded when a source needs them."""
    module = import_module(_MODULES[source.family])
    adapter: Adapter = module.open_adapter(_settings(source), source.connector, clock)
    return adapter


def _settings(source: SourceSettings) -> Any:
    """Files are told which columns the mapping needs: one without them is refused whole."""
    mapping = source.readings or source.cases
    if source.files and mapping and not source.files.columns:
        return source.files.model_copy(update={"columns": mapping.columns})
    return getattr(source, source.family)
