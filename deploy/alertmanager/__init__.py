"""Alertmanager: to whom alerts go."""
