"""Several corpora as one: their names, their examples one after another, their grades on one scale, and leaks."""
