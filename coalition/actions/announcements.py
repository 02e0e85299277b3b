"""Announcements to partners: written, published, corrected, withdrawn, read."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from campaigns.models import Campaign, Partnership
from coalition.announcement_enums import ADDRESSED, AnnouncementStatus
from coalition.announcement_letters import queue_letters
from coalition.announcement_querysets import partnerships_read_for
from coalition.announcement_rules import Draft, Mistakes, Said, mistakes_of
from coalition.models import Announcement, AnnouncementRead, AnnouncementRecipient, AnnouncementText
from core import audit
from core.batch_inserts import insert_new_rows
from messaging.actions.batches import cancel_waiting


class NotADraftError(ValueError):
    """It was published meanwhile: what is changed now is a correction."""


class NotPublishedError(ValueError):
    """Only what is published can be corrected."""


class ChangedMeanwhileError(ValueError):
    """Somebody changed it after it was looked at, or it is no longer for who looked to change."""


class NobodyToTellError(ValueError):
    """No partner is of the roles and countries it is for."""


@transaction.atomic
def save_draft(
    *,
    draft: Draft,
    by: audit.Actor,
    at: datetime,
    campaign: Campaign,
    announcement: Announcement | None = None,
    seal: str = "",
) -> Announcement:
    """Write a draft, a new one or over this one, and return it. Nobody but its writers sees it.

    ``seal``: of the one that was changed; a second press of the same words changes nothing.
    Raises Mistakes, NotADraftError, ChangedMeanwhileError.
    """
    _check(draft.texts)
    is_new = announcement is None
    if announcement is None:
        announcement = Announcement.objects.create(campaign=campaign, created_at=at)
    else:
        announcement = _locked(announcement, by)
        if announcement.status != AnnouncementStatus.DRAFT:
            raise NotADraftError
        if (now := seal_of(announcement)) != seal:
            if now == draft.seal_in(campaign.pk):
                return announcement
            raise ChangedMeanwhileError
    announcement.campaign = campaign
    announcement.to_roles, announcement.to_countries = sorted(draft.roles), sorted(draft.countries)
    announcement.sends_letter, announcement.is_pinned = draft.sends_letter, draft.is_pinned
    texts = {text.language: text for text in _write_texts(announcement, draft.texts, corrected_at=None)}
    announcement.fallback = texts[draft.fallback]
    announcement.save(update_fields=["campaign", "to_roles", "to_countries", "sends_letter", "is_pinned", "fallback"])
    # Only now: the text for those without one in their language may have been one that goes.
    announcement.texts.exclude(language__in=draft.texts).delete()
    audit.record(
        "coalition.announcement.created" if is_new else "coalition.announcement.changed",
        by=by,
        target=announcement,
        languages=sorted(draft.texts),
    )
    return announcement


@transaction.atomic
def publish_announcement(*, announcement: Announcement, seal: str, by: User, at: datetime) -> Announcement:
    """Publish a draft to whoever takes part at this moment, queue its letters, and return it.

    In one transaction and a number of queries that does not grow with the partners: a process that dies leaves a draft,
    or everything. Published already, by another click or person: nothing happens. ``seal``: of the draft that was
    looked at. Raises ChangedMeanwhileError, NobodyToTellError.
    """
    announcement = _locked(announcement, by)
    if announcement.status != AnnouncementStatus.DRAFT:
        return announcement
    if seal_of(announcement) != seal:
        raise ChangedMeanwhileError
    partners = list(addressed_partners(announcement).order_by("pk").values_list("pk", flat=True))
    if not partners:
        raise NobodyToTellError
    announcement.status, announcement.published_at, announcement.published_by = AnnouncementStatus.PUBLISHED, at, by
    announcement.save(update_fields=["status", "published_at", "published_by"])
    rows = [{"announcement_id": announcement.pk, "partnership_id": pk} for pk in partners]
    insert_new_rows(AnnouncementRecipient, rows)
    if announcement.sends_letter:
        queue_letters(announcement, at)
    audit.record("coalition.announcement.published", by=by, target=announcement, partners=len(partners))
    return announcement


@transaction.atomic
def correct_announcement(
    *, announcement: Announcement, texts: Mapping[str, Said], is_pinned: bool, seal: str, by: audit.Actor, at: datetime
) -> Announcement:
    """Change what is published, marked with the moment on each text that says something else now, and return it.

    A language may be added, none taken out. Nobody is written to again; letters that wait say what it says then.
    ``seal``: of what was corrected; a second press of the same words changes nothing.
    Raises Mistakes, NotPublishedError, ChangedMeanwhileError.
    """
    _check(texts)
    announcement = _locked(announcement, by)
    if announcement.status != AnnouncementStatus.PUBLISHED:
        raise NotPublishedError
    now = draft_of(announcement)
    if seal != now.seal_in(announcement.campaign_id) and (now.texts, now.is_pinned) != (dict(texts), is_pinned):
        raise ChangedMeanwhileError
    changed = _write_texts(announcement, texts, corrected_at=at, only_changed=True)
    if changed or announcement.is_pinned != is_pinned:
        announcement.is_pinned = is_pinned
        announcement.save(update_fields=["is_pinned"])
        languages = sorted(text.language for text in changed)
        audit.record("coalition.announcement.corrected", by=by, target=announcement, languages=languages)
    return announcement


@transaction.atomic
def withdraw_announcement(*, announcement: Announcement, by: audit.Actor, at: datetime) -> Announcement:
    """Take an announcement off partners' pages, cancel letters that have not left, and return it; again does nothing.

    Raises NotPublishedError for a draft, ChangedMeanwhileError.
    """
    announcement = _locked(announcement, by)
    if announcement.status == AnnouncementStatus.DRAFT:
        raise NotPublishedError
    if announcement.status == AnnouncementStatus.WITHDRAWN:
        return announcement
    announcement.status, announcement.withdrawn_at = AnnouncementStatus.WITHDRAWN, at
    announcement.save(update_fields=["status", "withdrawn_at"])
    stopped = cancel_waiting([announcement.batch], reason="the announcement was withdrawn")
    audit.record("coalition.announcement.withdrawn", by=by, target=announcement, letters=stopped)
    return announcement


@transaction.atomic
def mark_read(*, announcement: Announcement, user: User, at: datetime) -> bool:
    """Note that somebody opened an announcement for the partners it is addressed to; return whether it is new."""
    partnerships = partnerships_read_for(user).filter(campaign=announcement.campaign_id)
    own = [pk for pk in partnerships.order_by("pk").values_list("pk", flat=True) if _is_for(announcement, pk)]
    readings = AnnouncementRead.objects
    # One of two first openings at once waits for the other, and finds its row.
    if not own or not readings.get_or_create(announcement=announcement, user=user, defaults={"read_at": at})[1]:
        return False
    told = [{"announcement_id": announcement.pk, "partnership_id": pk, "is_late": True} for pk in own]
    insert_new_rows(AnnouncementRecipient, told)  # who got it when it was published has a row already
    first = AnnouncementRecipient.objects.filter(announcement=announcement, partnership__in=own, read_at__isnull=True)
    first.update(read_at=at)
    audit.record("coalition.announcement.read", by=user, target=announcement)
    return True


def _is_for(announcement: Announcement, partnership: int) -> bool:
    """Whether one partnership reads it: who works for several opens it for those alone it is addressed to."""
    rows = Announcement.objects.addressed_to(Partnership.objects.filter(pk=partnership))
    return rows.filter(pk=announcement.pk).exists()


def addressed_partners(announcement: Announcement) -> QuerySet[Partnership]:
    """Return who takes part now and is of the roles and countries an announcement is for."""
    rows = Partnership.objects.active().filter(campaign=announcement.campaign_id, role__in=ADDRESSED)
    if announcement.to_roles:
        rows = rows.filter(role__in=announcement.to_roles)
    if announcement.to_countries:
        rows = rows.filter(organisation__country__in=announcement.to_countries)
    return rows


def draft_of(announcement: Announcement) -> Draft:
    """Return what an announcement says and for whom, as it was written."""
    texts = list(announcement.texts.all())
    first = next((text.language for text in texts if text.pk == announcement.fallback_id), "")
    return Draft(
        texts={text.language: Said(text.subject, text.body) for text in texts},
        fallback=first,
        roles=tuple(announcement.to_roles),
        countries=tuple(announcement.to_countries),
        sends_letter=announcement.sends_letter,
        is_pinned=announcement.is_pinned,
    )


def seal_of(announcement: Announcement) -> str:
    """Return the mark of what an announcement says now, and for whom."""
    return draft_of(announcement).seal_in(announcement.campaign_id)


def _locked(announcement: Announcement, by: audit.Actor) -> Announcement:
    """Return the row, locked. A draft may have gone to another campaign since the viewer's right was asked.

    Raises ChangedMeanwhileError.
    """
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("campaign")
    found = rows.get(pk=announcement.pk)
    if isinstance(by, User) and not Announcement.objects.changeable_by(by).filter(pk=found.pk).exists():
        raise ChangedMeanwhileError
    return found


def _check(texts: Mapping[str, Said]) -> None:
    found = [mistake for said in texts.values() for mistake in mistakes_of(said)]
    if found:
        raise Mistakes(found)


def _write_texts(
    announcement: Announcement, texts: Mapping[str, Said], *, corrected_at: datetime | None, only_changed: bool = False
) -> list[AnnouncementText]:
    """Write one text per language and return them, or only those that say something else now."""
    known = {text.language: text for text in announcement.texts.all()}
    written = []
    for language, said in texts.items():
        text = known.get(language) or AnnouncementText(announcement=announcement, language=language)
        is_changed = (text.subject, text.body) != (said.subject, said.body)
        if is_changed:
            text.subject, text.body, text.corrected_at = said.subject, said.body, corrected_at if text.pk else None
            text.save()
        if is_changed or not only_changed:
            written.append(text)
    return written
