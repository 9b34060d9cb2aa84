"""Text, numbers, dates, places and YAML as users write them.

One value, one file, and all findings at once.
"""
