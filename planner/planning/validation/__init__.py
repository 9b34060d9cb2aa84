"""Every rule once more, in plain arithmetic on Problem and Plan."""
