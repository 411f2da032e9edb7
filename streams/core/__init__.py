"""The pure core of the fold: no Kafka, no Faust, no wall clock; `now` is an argument."""
