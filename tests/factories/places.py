"""Territories for tests: the shipped ones, loaded into the test's transaction."""

import pytest

from places.actions.load import load_places


@pytest.fixture
def territories(db: None) -> None:
    """Load the 27 member states, the United Kingdom, Belgium's regions, the 19 communes and their postcodes."""
    load_places()
