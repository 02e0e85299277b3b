"""Outreach contacts, canvassing efforts, scripts and the phone app will live here
(docs/architecture.md tells when). Never holds totals sent by a phone: they are computed from
records.
"""
