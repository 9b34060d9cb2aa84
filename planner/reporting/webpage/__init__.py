"""Web pages: one file each that needs nothing else and asks no network for anything.

`document.render` makes a page from a template that extends `base.html.j2`; it brings the style, the
switch of the language, tables to sort and filter, and printing. `both` and `page_tables` say things
in both languages, `parts.html.j2` shows them. `report_page` is report.html, `decision` and `charts`
are its parts. What the browser does stands in `*.js`.
"""
