"""`scenario.yaml` and its tables -> `Problem`, with every finding at its place."""
