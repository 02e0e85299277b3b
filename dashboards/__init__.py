"""Figures for staff: charts, tables and exports read from tallies and snapshots, each with its as-of
time. Never changes anything and never scans signatures to draw a page.
"""
