"""What may come in: keys, strict JSON, requests made ready for the model."""
