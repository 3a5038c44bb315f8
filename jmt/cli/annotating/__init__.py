"""Commands that put a trained model to work; one file each."""
