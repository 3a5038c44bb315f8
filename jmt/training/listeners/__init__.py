"""What listens to a training: the log, curves, the report of what was forgotten."""
