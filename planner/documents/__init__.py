"""The JSON documents of a result folder as closed schemas.

They lie below formats, reporting and studies, since all three read them.
"""
