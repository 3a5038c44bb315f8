"""What a trained cascade is, apart from the arithmetic that runs it: nothing here imports torch."""
