"""Finished runs in a browser: a server on this machine alone, which only reads.

`runs` finds runs and opens their files, `access` decides who may ask, `routes` answers an address
with a page or a file, `pages` makes the pages, `server` listens. Nothing outside this package
listens on a port.
"""
