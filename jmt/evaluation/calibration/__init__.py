"""Whether predictions are right as often as they say: measured, and mended by one number per task."""
