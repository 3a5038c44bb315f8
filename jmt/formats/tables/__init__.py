"""Tables with named columns, of whatever format, to rows: pairs, single sentences, sentences of words."""
