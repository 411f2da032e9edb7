"""Rows of a database table or view, read on from a watermark."""
