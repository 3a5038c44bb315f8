"""Which task helps which: gains, their estimates and mechanisms."""
