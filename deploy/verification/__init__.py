"""Prove that every figure equals a truth that shares no code with the fold."""
