"""Adapters of the province's systems, and the contract of the events they write to the log."""
