import re

import pytest
from django.core import mail


@pytest.fixture(autouse=True)
def _mail_in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def code():
    """Read the code of the last mail sent."""

    def read() -> str:
        return re.search(r"Your code: (\S+)", mail.outbox[-1].body)[1]

    return read
