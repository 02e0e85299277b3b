"""Publishing scripts: an edit is the next immutable version."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from core import audit
from core.locks import hold_lock
from outreach.models import Script, ScriptVersion
from outreach.script_rules import Problem, check

if TYPE_CHECKING:
    from accounts.models import User


class ScriptRefused(Exception):
    """The questions cannot be published; ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = list(problems)


@transaction.atomic
def publish_script(
    *, script: Script, questions: Sequence[Mapping[str, Any]], by: "User | str", at: datetime
) -> ScriptVersion:
    """Publish stored questions (`script_rules.resolve`) as the next version of a script, and return it.

    The same questions as the latest version's return that version: nothing is written, so pressing twice is harmless.
    Raises ScriptRefused with every problem when a path has no end or words are missing.
    """
    problems = check(questions, names=dict(settings.LANGUAGES))
    if problems:
        raise ScriptRefused(problems)
    hold_lock(f"script:{script.pk}")
    latest = script.versions.order_by("-number").first()
    if latest is not None and latest.questions == list(questions):
        return latest
    version = ScriptVersion.objects.create(
        script=script,
        number=latest.number + 1 if latest else 1,
        questions=list(questions),
        actor=audit.describe_actor(by),
        published_at=at,
    )
    audit.record(
        "outreach.script.published", by=by, target=script, version=version.number, questions=len(version.questions)
    )
    return version
