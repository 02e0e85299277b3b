"""Segments and broadcasts will live here (docs/architecture.md tells when): the only one-to-many
sending. Never evaluates consent itself.
"""
