"""Methods of weighting tasks, compared: each at the rate that tuning chose."""
