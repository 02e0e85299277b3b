"""What makes organisations partners: applications, agreements, contact persons, pages, toolkits, announcements, and the
way a partner's own consented people reach it. Who takes part in which campaign is `campaigns.Partnership`.
"""
