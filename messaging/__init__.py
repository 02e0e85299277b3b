"""The one way out: the ledger of outbound messages, its drain, and the ports a provider must fill.
Never imports a vendor and never decides whom a campaign should reach; it asks `people.consent`
whether it may.
"""
