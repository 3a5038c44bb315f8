"""Commands that compare many runs; one file each."""
