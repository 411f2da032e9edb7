"""Sources that answer over HTTP with JSON, such as monitoring stations."""
