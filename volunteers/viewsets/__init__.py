"""The staff screens of volunteers, inside the Wagtail admin."""
