from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    """What somebody may ask about their data, by the article of the GDPR that says so."""

    ACCESS = "access", _("a copy of the data (Art. 15, 20)")
    RECTIFICATION = "rectification", _("correction (Art. 16)")
    RESTRICTION = "restriction", _("restriction (Art. 18)")
    OBJECTION = "objection", _("objection (Art. 21)")
    ERASURE = "erasure", _("erasure (Art. 17)")


class RequestOrigin(models.TextChoices):
    """How a request came."""

    OWN_LINK = "link", _("by their own link")
    LETTER = "letter", _("by letter")
    EMAIL = "email", _("by e-mail")
    PHONE = "phone", _("by telephone")
    IN_PERSON = "person", _("in person")


class RequestStatus(models.TextChoices):
    OPEN = "open", _("open")
    EXTENDED = "extended", _("open, two months longer")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


# Those somebody still has to answer.
WAITING = (RequestStatus.OPEN, RequestStatus.EXTENDED)
