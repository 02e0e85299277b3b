"""The humans we know and what they allowed: supporters, contact points, consent wording and consent
events, suppressions, and submissions (public forms as they were sent, not yet a person). The only
place that evaluates consent. Never sends anything and never knows what a campaign is.
"""
