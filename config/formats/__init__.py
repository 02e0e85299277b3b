"""Where Django's own number formats of a language do not serve our readers."""
