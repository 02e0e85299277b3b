"""One folder per outside system: client, sender, webhooks and README. The only place that imports a
vendor's package. Never holds a business rule.
"""
