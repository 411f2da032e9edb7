"""The broker: which jars it is made of, how it logs, how a node of it is configured."""
