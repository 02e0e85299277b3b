"""Volunteers, trainings, shifts and hours will live here (docs/architecture.md tells when). Never
holds conversations with citizens: those are outreach.
"""
