"""The public JSON interface under /api/v1/: figures for everybody, and for partners their own by a token."""
