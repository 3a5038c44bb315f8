"""The packaged configurations, found by name by `jmt train` and `jmt init`."""
