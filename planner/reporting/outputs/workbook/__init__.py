"""plan.xlsx: the plan as a workbook to read, print and edit."""
