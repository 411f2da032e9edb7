"""The Faust shell around the core: application, log consumer, timers, metrics and API."""
