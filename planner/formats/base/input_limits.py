"""Limits on what is read.

Beyond them a file is refused with a finding, before it costs time or memory. Each is several times
what the largest real promotions need. They hold for every reader, whatever command asks.
"""

from __future__ import annotations

from dataclasses import dataclass

# YAML: a scenario of ten sites has some 3,000 values; longer lists belong into a CSV file
YAML_BYTES = 250_000
YAML_DEPTH = 40
YAML_ALIASES = 200
YAML_VALUES = 10_000  # of one file, aliases written out
CONTRACTS = 100
CONTRACT_VALUES = 40_000  # of all contract files of a scenario together
EVENTS = 100

# Tables as text
COLUMNS = 1_000
HEADER_CHARACTERS = 100_000
MISSING_CELLS = 10_000_000  # of a file, at the ends of rows that are shorter than the header
ROW_CHARACTERS = 100_000_000  # read without reaching the end of a row
CELL_CHARACTERS = 20_000  # of a cell that is looked at
LINE_CHARACTERS = 100_000  # of a line in which the place of a cell is looked for
LOG_BYTES = 100_000_000_000  # logs are read in chunks
LOG_ROWS = 500_000_000  # of a Parquet file, or of the result of a query
CARD_BYTES = 20_000_000
CARD_ROWS = 10_000
CARD_CELLS = 300_000


@dataclass(frozen=True, slots=True)
class TableLimit:
    """The most rows of a kind of table, and the most bytes of its file."""

    rows: int
    bytes: int


TABLE = TableLimit(5_000_000, 2_000_000_000)  # any other table, such as parcels to be priced
TABLES = {
    "regions": TableLimit(5_000, 5_000_000),
    "products": TableLimit(20_000, 10_000_000),
    "zones": TableLimit(50_000, 10_000_000),
    "staff": TableLimit(5_000, 10_000_000),
    "staffing": TableLimit(200_000, 50_000_000),
    "stock": TableLimit(200_000, 50_000_000),
    "routing": TableLimit(200_000, 50_000_000),
    "routing rules": TableLimit(50_000, 50_000_000),
    "history (counts)": TableLimit(3_000_000, 200_000_000),
    "given demand": TableLimit(3_000_000, 200_000_000),
    "opening backlog": TableLimit(1_000_000, 100_000_000),
}

# Workbooks, looked through before they are loaded
BOOK_BYTES = 100_000_000  # of the file
BOOK_UNPACKED_BYTES = 300_000_000
BOOK_PARTS = 1_000  # files within it
BOOK_TAGS = 16_000_000  # of XML, in all of them
BOOK_LIST_BYTES = 30_000_000  # of a part that lists sheets, names or formats
BOOK_DEPTH = 100  # levels of XML
SHEET_CELLS = 2_000_000
SHEET_AREA = 4_000_000  # rows x columns up to the farthest cell, filled or not
CELL_BYTES = (
    1_000_000  # of the XML of a cell or of a shared text; a cell holds at most 32,767 characters
)
BOOK_TEXT_BYTES = 200_000_000  # of the texts of all cells, each time a shared one is used

# The model
HIGHEST_PRIORITY = 9  # of a product
PLATFORMS = 10  # of one scenario
TARGETS = 10  # in addition to the platform's deadline
REGION_NAMES = 65_535  # different texts of a column of regions
STAFF_DAYS = 500_000  # rows of a roster, one that holds for every day counted each day
LANES = 500_000  # sites x regions x contracts
# numbers of a history (hours x regions) or a given demand (paths x steps x regions x products)
COUNTS = 40_000_000
ORDERS = 100_000_000  # of one replication, as many as one in a thousand has

# Findings (how many are reported, and how long: errors.py)
HINTS = 100  # findings of a scenario that say what was probably meant
NAME_COMPARED = 200  # characters of a name that is compared with those known
NAMES_COMPARED = 1_000  # of those known, when a finding says what was probably meant
