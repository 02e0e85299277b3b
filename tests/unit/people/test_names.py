import pytest

from people.names import name_with_origin


@pytest.mark.parametrize(
    ("full_name", "is_generated", "shown"),
    [("Ada", False, "Ada"), ("Ada", True, "Ada (generated)"), ("", False, "no name given")],
)
def test_name_with_origin_marks_people_made_for_the_demo(full_name: str, is_generated: bool, shown: str) -> None:
    assert name_with_origin(full_name, is_generated) == shown
