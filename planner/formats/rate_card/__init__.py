"""A carrier's rate card (regions or zones by weights) -> the files of a contract."""
