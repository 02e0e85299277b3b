"""What is asked of citizens and how far it is: campaigns, goals, petitions, signatures, partnerships,
sources, initiatives, tallies, and the pure rules they rest on. Never renders public pages, never
sends mail itself, never holds statements of support or identity numbers.
"""
