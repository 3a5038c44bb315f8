"""What the service takes and gives, said once: requests are checked by it, answers are built from it, OpenAPI is it."""
