"""What stands before people who leave in a file, and how partners get theirs."""

from config.env import env_int, env_list

# Who exports people proves again who they are when the last proof is older than this; 0 asks never.
REAUTHENTICATION_SECONDS = env_int("REAUTHENTICATION_SECONDS", 900)
# What stands before every export of people (core/staff_exports.py).
EXPORT_GUARD = "accounts.export_guard.stand_before"
# More people than these, in one export or in several within a day, leave only with a second person's word.
EXPORT_APPROVAL_ROWS = env_int("EXPORT_APPROVAL_ROWS", 1_000)
# Who read about more people in a day than these, and than so many times their usual, is told of to the data-protection
# officer.
READING_ALARM_FLOOR = env_int("READING_ALARM_FLOOR", 2_000)
READING_ALARM_FACTOR = env_int("READING_ALARM_FACTOR", 4)
# What hands partners their encrypted files at the addresses they typed, never into our own network.
PARTNER_CALLER = "integrations.webhooks.partner_caller.PinnedPartnerCaller"
PARTNER_WEBHOOK_PORTS = [int(port) for port in env_list("PARTNER_WEBHOOK_PORTS", ["443"])]
# A standing export ends after so many files in a row that the partner's system did not take.
PARTNER_WEBHOOK_MOST_FAILURES = env_int("PARTNER_WEBHOOK_MOST_FAILURES", 5)
PARTNER_WEBHOOK_SECONDS = env_int("PARTNER_WEBHOOK_SECONDS", 300)
