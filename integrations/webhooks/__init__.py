"""Calls from journeys to other systems, over HTTPS, to hosts the operator names."""
