"""Volunteers, what they agreed to, trainings with certificates, shifts and hours. Never holds conversations with
citizens: those are outreach.
"""
