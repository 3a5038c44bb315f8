"""Output layers that judge whole sentences, one or two."""
