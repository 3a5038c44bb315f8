"""Commands on the way to a trained model; one file each."""
