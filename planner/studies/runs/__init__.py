"""The execution of a study: budget, progress, journal, manifest, seal."""
