"""Every personal field of every table is let go of by an eraser, as its classification says."""

import importlib
import importlib.util
from types import ModuleType

import pytest
from django.apps import apps
from django.conf import settings

from core.personal_data import Erasure, PersonalField
from core.personal_data_register import our_apps, read_register
from rights.holdings import named_tables

NOT_CHANGED = (Erasure.KEPT,)


def modules() -> list[ModuleType]:
    """Return each app's ``erasing.py``."""
    names = [f"{app.name}.erasing" for app in our_apps()]
    return [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]


def reached() -> set[str]:
    return {label for module in modules() for label in module.REACHES}


def of_others() -> set[str]:
    return {name for module in modules() for name in getattr(module, "OF_OTHERS", ())}


def registered() -> dict[str, PersonalField]:
    """Return every classified field by ``app.Model.field``."""
    return {f"{app.label}.{name}": field for app in our_apps() for name, field in read_register(app).personal.items()}


def unreached(fields: dict[str, PersonalField]) -> set[str]:
    """Return the fields that hold something of a person and that no eraser says it reaches."""
    return {
        name
        for name, field in fields.items()
        if field.erasure not in NOT_CHANGED and name.rpartition(".")[0] not in reached() and name not in of_others()
    }


def test_every_personal_field_is_reached_by_an_eraser() -> None:
    assert unreached(registered()) == set()


def test_every_table_that_names_a_person_is_reached_by_an_eraser() -> None:
    named = {model._meta.label for model in named_tables()}
    changed = {name.rpartition(".")[0] for name, field in registered().items() if field.erasure not in NOT_CHANGED}
    assert "volunteers.VolunteerNote" in named & changed
    assert (named & changed) - reached() == set()


def test_a_planted_field_would_be_found() -> None:
    planted = {"places.Territory.mayor": PersonalField("know who governs", "for ever", Erasure.BLANKED)}
    assert unreached(planted) == set(planted)
    kept = {"places.Territory.mayor": PersonalField("know who governs", "for ever", Erasure.KEPT)}
    assert unreached(kept) == set()


@pytest.mark.parametrize("module", modules(), ids=lambda each: each.__name__)
def test_what_an_eraser_names_exists_and_is_classified(module: ModuleType) -> None:
    assert all(apps.get_model(label) for label in module.REACHES)
    assert getattr(module, "OF_OTHERS", frozenset()) <= set(registered())


def test_every_eraser_is_called_from_the_top_of_the_house_down() -> None:
    called = [path.rpartition(".")[0] for path in settings.SUPPORTER_ERASERS]
    by_others = {"accounts.erasing"}  # a login goes with the volunteer it was made for
    assert sorted({*called, *by_others}) == sorted(module.__name__ for module in modules())
    house = [
        "integrations.outbox", "cms", "dashboards", "coalition", "audiences", "outreach", "volunteers", "events",
        "campaigns", "messaging", "people",
    ]  # fmt: skip
    below = [name.removesuffix(".erasing") for name in called if name != "rights.erasing"]
    assert below == sorted(below, key=house.index)
