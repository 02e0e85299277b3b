"""The settings of mail providers, under the names django-anymail knows them by (docs/integrations-email.md)."""

from config.env import env_str

_READ = {
    # user:password of the addresses to which providers without signatures report
    "WEBHOOK_SECRET": env_str("EMAIL_WEBHOOK_SECRET", ""),
    "BREVO_API_KEY": env_str("BREVO_API_KEY", ""),
    "MAILERSEND_API_TOKEN": env_str("MAILERSEND_API_TOKEN", ""),
    "MAILERSEND_SIGNING_SECRET": env_str("MAILERSEND_SIGNING_SECRET", ""),
    "MAILGUN_API_KEY": env_str("MAILGUN_API_KEY", ""),
    "MAILGUN_API_URL": env_str("MAILGUN_API_URL", ""),
    "MAILGUN_SENDER_DOMAIN": env_str("MAILGUN_SENDER_DOMAIN", ""),
    "MAILGUN_WEBHOOK_SIGNING_KEY": env_str("MAILGUN_WEBHOOK_SIGNING_KEY", ""),
    "MAILJET_API_KEY": env_str("MAILJET_API_KEY", ""),
    "MAILJET_SECRET_KEY": env_str("MAILJET_SECRET_KEY", ""),
    "POSTMARK_SERVER_TOKEN": env_str("POSTMARK_SERVER_TOKEN", ""),
    "SENDGRID_API_KEY": env_str("SENDGRID_API_KEY", ""),
    "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": env_str("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY", ""),
    "SPARKPOST_API_KEY": env_str("SPARKPOST_API_KEY", ""),
    "SPARKPOST_API_URL": env_str("SPARKPOST_API_URL", ""),
}
MAIL_PROVIDER_SETTINGS = {name: value for name, value in _READ.items() if value}
