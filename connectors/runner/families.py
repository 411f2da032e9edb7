"""Which adapter reads which source."""

from importlib import import_module

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
    settings = getattr(source, source.family)
    adapter: Adapter = module.open_adapter(settings, source.connector, clock)
    return adapter
