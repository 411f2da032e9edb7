"""The log: the way events get into Apache Kafka, and the topics they go to."""
