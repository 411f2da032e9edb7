"""Runs sources that are asked for their data: schedule, checkpoints, retries, heartbeats."""
