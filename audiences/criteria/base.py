"""What a criterion of segments is, and the registry of all of them (settings.SEGMENT_CRITERIA)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from audiences.parameters import Parameter
from audiences.selectors.ground import Ground

_NAME = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Clause:
    """A part of a criterion's sentence, behind "everybody who": words with the ``%(name)s`` of parameters, or none.

    ``without`` stands in its place where a parameter is not given; without it the clause is left out then.
    """

    text: str | Promise
    without: str | Promise = ""

    @property
    def names(self) -> list[str]:
        return _NAME.findall(str(self.text))


class Criterion:
    """One thing that may be true of a supporter.

    ``label`` and ``subject`` name it in the list to choose from; ``clauses`` are its sentence, in which the form shows
    its fields. A subclass is the whole of it: the form, the sentence and the query come from here.
    """

    key: ClassVar[str]
    subject: ClassVar[str | Promise]
    label: ClassVar[str | Promise]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    clauses: ClassVar[tuple[Clause, ...]]

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        """Return the condition on `people.Supporter` rows, from nothing but what the organisation may know.

        ``values``: what `Parameter.read` made, without those not given. Rows are asked by EXISTS
        (`selectors.ground.having`), so that the condition may be negated.
        """
        raise NotImplementedError

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        """Whether the organisation knows whoever meets it, so that this needs not be asked again."""
        return False


@cache
def criteria() -> dict[str, Criterion]:
    """Return every criterion by its key, in the order of the setting."""
    found = [import_string(path)() for path in settings.SEGMENT_CRITERIA]
    by_key: dict[str, Criterion] = {each.key: each for each in found}
    if len(by_key) != len(found):
        raise ValueError("Two criteria of settings.SEGMENT_CRITERIA have the same key.")
    return by_key


def known_parameters() -> dict[str, tuple[Parameter, ...]]:
    """Return the parameters of every criterion, as `segment_rules` asks for them."""
    return {key: each.parameters for key, each in criteria().items()}
