"""The staff screens of partners."""
