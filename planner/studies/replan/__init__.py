"""In the middle of the promotion: what is still open, few changes worth their price, and the rest's
certificate.
"""
