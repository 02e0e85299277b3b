"""Materials put up for partners, language by language, and what becomes of their files."""

import hashlib
import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from coalition.material_files import ReceivedFile
from coalition.models import Material, MaterialVersion
from core import audit

logger = logging.getLogger(__name__)
FOLDER = "materials"
# A file without a row is one whose upload is under way, or one whose worker died: after so long it is the latter.
UNKNOWN_AFTER = timedelta(hours=6)
# More than so many, and more than half of all there are: not lost, but looked at with the wrong database.
MOST_LOST = 10


class RetiredError(ValueError):
    """The material is retired: nothing is put up for it before it is brought back."""


class NotOfThisKindError(ValueError):
    """A text for a material that is a file, or a file for one that is a text."""


def publish_file(
    *, material: Material, language: str, received: ReceivedFile, by: audit.Actor, at: datetime
) -> MaterialVersion:
    """Offer a file as the material in one language, in place of the version there was, and return the new one.

    The very file that is offered already is returned as it is. The file is saved first, under a name of its own: a
    worker that dies before the row is written leaves a file nobody is offered, which `sweep_files` removes.
    Raises RetiredError, NotOfThisKindError.
    """
    same = _same(material, language, received.sha256)
    if same is not None:
        return same
    public_id = uuid.uuid4()
    storage = storages["private"]
    name = storage.save(f"{FOLDER}/{public_id}.{received.kind.ending}", received.content)
    small = ""
    if received.thumbnail:
        small = storage.save(f"{FOLDER}/{public_id}.small.webp", ContentFile(received.thumbnail))
    return _publish(
        material,
        language,
        by,
        at,
        public_id=public_id,
        file=name,
        thumbnail=small,
        file_name=received.name,
        content_type=received.kind.content_type,
        size=received.size,
        sha256=received.sha256,
    )


def publish_text(*, material: Material, language: str, text: str, by: audit.Actor, at: datetime) -> MaterialVersion:
    """Offer a text to copy as the material in one language; the same promises as `publish_file`."""
    wording = text.replace("\r\n", "\n").strip()
    sha256 = hashlib.sha256(wording.encode()).hexdigest()
    return _publish(material, language, by, at, text=wording, sha256=sha256)


@transaction.atomic
def _publish(material: Material, language: str, by: audit.Actor, at: datetime, **content: Any) -> MaterialVersion:
    # Two who put up the same language at once take turns at the material's row.
    material = Material.objects.select_for_update(of=("self",), no_key=True).get(pk=material.pk)
    if material.retired_at is not None:
        raise RetiredError
    if material.is_text != bool(content.get("text")):
        raise NotOfThisKindError
    same = _same(material, language, content["sha256"])
    if same is not None:
        return same
    earlier = MaterialVersion.objects.filter(material=material, language=language)
    earlier.filter(ended_at__isnull=True).update(ended_at=at)
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    version = MaterialVersion.objects.create(
        material=material,
        language=language,
        number=number,
        uploaded_at=at,
        uploaded_by=by if isinstance(by, User) else None,
        **content,
    )
    audit.record("coalition.material_version.published", by=by, target=material, language=language, version=number)
    return version


def _same(material: Material, language: str, sha256: str) -> MaterialVersion | None:
    offered = MaterialVersion.objects.filter(material=material, language=language, ended_at__isnull=True)
    return offered.filter(sha256=sha256).first()


@transaction.atomic
def take_back(*, version: MaterialVersion, by: audit.Actor, at: datetime) -> None:
    """Offer a version no longer, and nothing in its place. What is taken back already stays so."""
    if MaterialVersion.objects.filter(pk=version.pk, ended_at__isnull=True).update(ended_at=at):
        audit.record(
            "coalition.material_version.taken_back",
            by=by,
            target=version.material,
            language=version.language,
            version=version.number,
        )


@transaction.atomic
def retire_material(*, material: Material, by: audit.Actor, at: datetime) -> None:
    """Offer a material to nobody any more; it stays on record with its files and counts."""
    if Material.objects.filter(pk=material.pk, retired_at__isnull=True).update(retired_at=at):
        audit.record("coalition.material.retired", by=by, target=material)


@transaction.atomic
def bring_back(*, material: Material, by: audit.Actor) -> None:
    """Offer a retired material again, in the languages it had."""
    if Material.objects.filter(pk=material.pk, retired_at__isnull=False).update(retired_at=None):
        audit.record("coalition.material.brought_back", by=by, target=material)


def sweep_files(*, at: datetime) -> int:
    """Delete files no version knows, and return how many: of a worker that died before it wrote the row, of a campaign
    that was deleted. What was saved lately is left, its row may be about to be written.

    Where most files would go, none does, and who runs the site is told: that is another installation's folder.
    """
    storage = storages["private"]
    try:
        names = {f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]}
    except FileNotFoundError:
        return 0
    # Looked up after the folder was read: what is made meanwhile is not among the names.
    versions = MaterialVersion.objects.exclude(file="")
    known = {name for pair in versions.values_list("file", "thumbnail").iterator() for name in pair}
    lost = [name for name in sorted(names - known) if _is_old(name, at)]
    if len(lost) > MOST_LOST and len(lost) * 2 > len(names):
        logger.error("no material file is swept: %d of %d are unknown to this database", len(lost), len(names))
        return 0
    for name in lost:
        storage.delete(name)
    return len(lost)


def _is_old(name: str, at: datetime) -> bool:
    """Whether a file is there since long; one another host swept meanwhile is not there at all."""
    try:
        return storages["private"].get_modified_time(name) <= at - UNKNOWN_AFTER
    except FileNotFoundError:
        return False
