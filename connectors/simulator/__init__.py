"""A made-up province that sends what a real one would, and the truth beside it."""
