"""Carillon's ground floor: audit entries, keyed hashes, request guards, health answers, staff
switches, base templates and the design's static files. Knows nothing of people, campaigns or
vendors, and never holds a business rule; named files only, no junk drawer.
"""
