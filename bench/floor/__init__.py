"""The floor F: Django with no middleware, a view that does one INSERT and commits, and one that does nothing."""
