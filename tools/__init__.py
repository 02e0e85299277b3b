"""Tools a maintainer runs by hand, now and then. Nothing here is imported by Carillon."""
