"""Outreach contacts, canvassing efforts, scripts, areas, paper batches and the phone app. Never holds totals sent by a
phone, for they are computed from records, nor anything written on a statement of support.
"""
