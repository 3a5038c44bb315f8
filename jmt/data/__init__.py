"""From corpora by name or path to padded batches, and what is known of words and labels on the way."""
