"""Every sentence in both languages, one lookup."""
