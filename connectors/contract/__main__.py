"""Writes the JSON Schema: python -m connectors.contract > docs/events.schema.json."""

import json
import sys

from connectors.contract.events import json_schema

sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n")
