"""The synchronisation protocol of the National Public Service Portal (DVCQG), spoken as a server.

A one-stop system is pointed at us instead of, or beside, the national adapter.
"""
