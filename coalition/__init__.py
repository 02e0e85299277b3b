"""What makes organisations partners: applications, agreements, contact persons, toolkits, announcements, exports.

Who takes part in which campaign is `campaigns.Partnership`. Never gives a partner anybody who did not agree to that
very partner.
"""
