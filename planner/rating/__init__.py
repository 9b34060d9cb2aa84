"""Contracts: price a parcel table clause by clause."""
