"""Mail through Django's configured backend: SMTP by default, a provider through django-anymail."""
