"""Prometheus: what it scrapes, and the rules that make whole totals out of what workers export."""
