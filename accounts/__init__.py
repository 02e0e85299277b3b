"""Who may sign in and as what: users, organisations, memberships and roles, and the sign-in screens.
Never holds supporters (a login is a user, a human we know is a supporter) and never decides what a
role may see of somebody else's app: each app's `visible_to` does.
"""
