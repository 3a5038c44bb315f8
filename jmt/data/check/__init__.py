"""Looking at corpora before any training, for `jmt check`."""
