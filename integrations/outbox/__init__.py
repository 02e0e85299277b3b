"""The local outbox: mail and SMS caught on this machine and shown on a page, for the demo and development only.
Never installed as a sender in production.
"""
