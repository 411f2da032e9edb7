"""What every connector does the same way: events in, refusals kept, personal data stopped here.

A connector turns raw records into events or refusals; `intake` writes both to the log, keeps the
originals of refused records encrypted and local, counts, and says that the source is alive.
"""
