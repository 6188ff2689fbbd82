"""Parts of screens that are worth a name."""
