"""One function per figure: it takes axes, a table and the language, and draws."""
