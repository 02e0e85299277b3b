"""The staff screens of campaigns, inside the Wagtail admin."""
