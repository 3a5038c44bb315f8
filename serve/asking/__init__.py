"""What may come in: keys, limits, strict JSON, requests made ready for the model."""
