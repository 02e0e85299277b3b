import pytest

from accounts.models import User
from tests.factories.accounts import make_user
from tests.factories.event_listeners import heard

__all__ = ["heard"]


@pytest.fixture
def ada(db: None) -> User:
    return make_user("Ada")
