"""Columns of the tables that say what to do: stock, people, parcels, bookings, and the roster by
name.
"""

from __future__ import annotations

from dataclasses import replace

from planner.reporting.tables.column_types import Column

SITE = Column("site", "name", "site")
PROCESS = Column("process", "name", "process")
CREW = Column("crew", "name", "crew")
SHIFT = Column("shift", "name", "shift")
PRODUCT = Column("product", "name", "product")
REGION = Column("region", "name", "region")
CONTRACT = Column("contract", "name", "contract")
DATE = Column("date", "date", "day")
FROM = Column("from", "moment", "from this moment")
TO = Column("to", "moment", "until this moment")
SHARE = Column("share", "share", "share of the orders")
COST = Column("cost", "money", "cost", "currency")
ABOVE_G = Column(
    "above_g", "count", "only parcels of more actual grams (empty: of any)", "g", empty=True
)
TO_G = Column(
    "to_g", "count", "only parcels of at most so many actual grams (empty: of any)", "g", empty=True
)
PAID_HOURS = Column("paid_hours", "number", "hours paid", "h")
START = Column("start", "clock", "begin of the shift")
END = Column("end", "clock", "end of the shift")
WORK = (DATE, SITE, PROCESS, CREW, SHIFT)

TABLES: dict[str, tuple[Column, ...]] = {
    "stock": (SITE, PRODUCT, Column("units", "count", "units to place", "units")),
    "stock_need": (
        SITE,
        PRODUCT,
        Column("orders_mean", "number", "mean orders", "orders"),
        Column("units_per_order", "number", "mean units of an order", "units"),
        Column("units_mean", "number", "mean units asked for", "units"),
    ),
    "staffing": (
        *WORK,
        Column("since", "date", "first day on the books (empty: long ago)", empty=True),
        Column("headcount", "count", "people", "people", high=100_000),
        PAID_HOURS,
        COST,
    ),
    "hiring": (
        SITE,
        CREW,
        Column("people", "count", "people to book", "people"),
        Column("from", "date", "first day"),
        Column("to", "date", "last day"),
        Column("decide_by", "date", "last day to decide"),
        Column("days", "count", "length of the booking", "days"),
        COST,
    ),
    "routing": (REGION, SITE, replace(CONTRACT, empty=True), FROM, TO, SHARE, ABOVE_G, TO_G),
    "extra_collections": (
        DATE,
        SITE,
        CONTRACT,
        Column("at", "clock", "time of the collection"),
        Column("vehicles", "count", "vehicles added", "vehicles", high=1_000),
        COST,
    ),
    "processes": (
        SITE,
        Column("site_label", "name", "name of the site as printed", empty=True),
        PROCESS,
        Column("orders_per_hour", "number", "rate of one person", "orders/h"),
        Column("stations", "count", "stations", "stations"),
    ),
    "shifts": (SHIFT, START, END, PAID_HOURS),
    "roster": (
        *WORK,
        START,
        END,
        Column("name", "name", "person"),
        Column("night", "flag", "whether it is at night"),
    ),
    "roster_open": (
        *WORK,
        START,
        END,
        Column("unnamed", "count", "places for people without a name", "people"),
        Column("empty", "count", "places that nobody fills", "people"),
    ),
    "people": (
        Column("name", "name", "person"),
        SITE,
        CREW,
        Column("days", "count", "days worked", "days"),
        Column("hours", "number", "hours paid", "h"),
        Column("nights", "count", "nights worked", "nights"),
        Column("longest_run", "count", "longest run of days worked", "days"),
        Column("weekend_days", "count", "Saturdays and Sundays worked", "days"),
        Column("proved", "flag", "whether the roster of the crew is proved to be the best"),
    ),
    "assumptions": (
        Column("subject", "text", "what is assumed"),
        Column("value", "text", "its value", empty=True),
        Column("source", "text", "where it was read", empty=True),
        Column("retrieved", "text", "when", empty=True),
        Column("grade", "text", "how far to trust it", empty=True),
    ),
    "blame": (
        Column("rule", "text", "kind of the limit"),
        Column("key", "text", "the limit for programs"),
        Column("words", "text", "the limit in words"),
        Column("allowed", "number", "size of the limit", low=-1e18),
        Column("needed", "number", "size that would do", low=-1e18),
        Column("unit", "text", "unit of both", empty=True),
    ),
    "repairs": (
        Column("rank", "count", "place, the cheapest plan first"),
        Column("words", "text", "the repair in words"),
        Column("key", "text", "the limits that are moved"),
        Column("amount", "text", "by how much each"),
        Column(
            "price",
            "money",
            "price of the change itself (empty: unknown)",
            "currency",
            empty=True,
            low=-1e18,
        ),
        Column("objective", "money", "cost of the plan it makes possible", "currency", low=-1e18),
        Column("extra", "money", "more than the cheapest repair", "currency"),
        Column("verified", "flag", "whether it was proved by planning again"),
    ),
}
