"""What goes out besides results: problems, refusals, forms of answers, request ids."""
