"""The `ioc` command, the local stack and its configuration. Nothing imports this folder."""
