"""Cards of the known corpora, and the miniature corpus that ships with the package."""
