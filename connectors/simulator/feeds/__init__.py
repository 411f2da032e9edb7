"""A province's systems as they are seen from outside: what they measure, and what happens."""
