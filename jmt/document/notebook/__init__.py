"""Documents and judgements drawn for notebooks: HTML and SVG that look as the page of the service does, no scripts."""
