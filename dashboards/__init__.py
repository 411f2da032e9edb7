"""Boards as code, and the wall that renders them for people."""
