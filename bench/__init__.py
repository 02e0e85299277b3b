"""`./run bench`: speed as ratios to a floor measured in the same run, written to docs/performance.md.

Nothing here is imported by the product. Every server, database and process it starts it also ends; it talks to loopback
only.
"""
