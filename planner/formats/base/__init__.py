"""Text, numbers, dates, places and YAML as users write them: one value, one file, and all findings
at once.
"""
