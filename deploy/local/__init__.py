"""The stack on one machine: real processes on loopback, started in order and watched."""
