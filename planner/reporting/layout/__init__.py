"""A4 sheets, measured text, style and fonts."""
