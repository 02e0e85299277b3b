"""A partner's own page on the campaign's site: written, sent, approved or returned, taken off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from campaigns.actions.source_links import link_of_partner, make_links
from campaigns.models import Campaign, Partnership
from campaigns.selectors.source_links import own_link_of
from coalition.logo_files import DrawnLogo
from coalition.models import PartnerLogo, PartnerProfile, PartnerProfileText
from coalition.page_letters import tell_that_pages_wait, tell_what_was_decided
from coalition.profile_enums import ProfileStatus
from coalition.public_pages import draw_pages_anew
from core import audit

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Words:
    """What is said in one language; both blank: nothing."""

    summary: str = ""
    words: str = ""


@dataclass(frozen=True)
class Content:
    """A page as it was filled in, by language. ``logo``: a new one; without one the logo there is stays."""

    website: str = ""
    shows_figure: bool = False
    texts: Mapping[str, Words] = field(default_factory=dict)
    logo: DrawnLogo | None = None
    drops_logo: bool = False


class NoPageError(ValueError):
    """The partner has left, or there is no version this could be done to."""


class ChangedMeanwhileError(ValueError):
    """Somebody saved the page after it was looked at: what was seen is not what stands there."""


class WaitsError(ValueError):
    """The page waits for approval; it is taken back before it is changed."""


class EmptyPageError(ValueError):
    """There is neither a logo nor a word to approve."""


class MayNotDecideError(PermissionError):
    """Only a coordinator of the campaign decides what becomes public."""


@transaction.atomic
def save_page(*, partnership: Partnership, content: Content, seal: str, by: "User", at: datetime) -> PartnerProfile:
    """Write the partner's draft and return it; the public version stays as it is. The same again writes nothing.

    A first draft begins with the logo of the version before it. ``seal`` is that of the version which
    was looked at, blank where there was none open. Raises ChangedMeanwhileError, WaitsError, NoPageError.
    """
    current = _hold(partnership)
    draft = _open_version(current)
    if seal != (draft.seal if draft else ""):
        raise ChangedMeanwhileError
    if draft is not None and draft.status == ProfileStatus.WAITING:
        raise WaitsError
    before = draft or _public_version(current) or _version(current)
    is_there = before is not None and before.status not in (ProfileStatus.REPLACED, ProfileStatus.TAKEN_OFF)
    if before is not None and is_there and not content.logo and _told(before) == _wanted(content, before):
        return before
    logo = _logo(current, before, content, at)
    if draft is None:
        draft = PartnerProfile(partnership=current, revision=0)
    draft.website, draft.shows_figure, draft.logo = content.website, content.shows_figure, logo
    draft.status, draft.revision, draft.saved_by, draft.saved_at = ProfileStatus.DRAFT, draft.revision + 1, by, at
    draft.save()
    changed = sorted(_write_texts(draft, content.texts))
    _forget_unused_logos(current)
    audit.record(
        "coalition.partner_page.saved",
        by=by,
        target=current,
        profile=draft.pk,
        revision=draft.revision,
        languages=changed,
        logo=content.logo is not None,
    )
    return draft


@transaction.atomic
def send_page(*, partnership: Partnership, seal: str, by: "User", at: datetime) -> PartnerProfile:
    """Ask for approval of the draft and return it; coordinators get a letter. Again changes nothing.

    Raises ChangedMeanwhileError, EmptyPageError, NoPageError.
    """
    draft = _looked_at(_hold(partnership), seal)
    if draft.status == ProfileStatus.WAITING:
        return draft
    _check_says_something(draft)
    _move(draft, ProfileStatus.WAITING, sent_by=by, sent_at=at, reason="")
    audit.record(
        "coalition.partner_page.sent", by=by, target=draft.partnership, profile=draft.pk, revision=draft.revision
    )
    tell_that_pages_wait(draft, at=at)
    return draft


@transaction.atomic
def take_back_page(*, partnership: Partnership, by: "User") -> PartnerProfile:
    """Make what waits a draft again, to be changed, and return it. Again changes nothing. Raises NoPageError."""
    draft = _open_version(_hold(partnership))
    if draft is None:
        raise NoPageError
    if draft.status == ProfileStatus.WAITING:
        _stop_waiting(draft)
        audit.record("coalition.partner_page.taken_back", by=by, target=draft.partnership, profile=draft.pk)
    return draft


@transaction.atomic
def discard_page(*, partnership: Partnership, by: "User") -> None:
    """Delete the open version, which nobody but staff has seen. Safe to call twice."""
    current = _hold(partnership)
    draft = _open_version(current)
    if draft is None:
        return
    audit.record("coalition.partner_page.discarded", by=by, target=current, profile=draft.pk)
    draft.delete()
    _forget_unused_logos(current)


@transaction.atomic
def approve_page(*, partnership: Partnership, seal: str, by: "User", at: datetime) -> PartnerProfile:
    """Make the version that waits public in place of the one that was, and return it; managers get a letter.

    Again returns the public version. Raises MayNotDecideError, ChangedMeanwhileError (also if it waits no longer),
    NoPageError.
    """
    current = _hold(partnership)
    _check_decides(current, by)
    public = _public_version(current)
    if public is not None and public.seal == seal:
        return public
    return _make_public(_waiting(current, seal), public, by, at)


@transaction.atomic
def publish_page(*, partnership: Partnership, content: Content, seal: str, by: "User", at: datetime) -> PartnerProfile:
    """Save what a coordinator filled in for the partner, make it public, and return it; managers get a letter.

    The same again writes nothing. Raises MayNotDecideError, EmptyPageError, and what save_page raises.
    """
    current = _hold(partnership)
    _check_decides(current, by)
    kept = save_page(partnership=current, content=content, seal=seal, by=by, at=at)
    if kept.status == ProfileStatus.PUBLIC:
        return kept
    _check_says_something(kept)
    return _make_public(kept, _public_version(current), by, at)


@transaction.atomic
def return_page(*, partnership: Partnership, seal: str, reason: str, by: "User", at: datetime) -> PartnerProfile:
    """Give what waits back to the partner with the reason, by letter, and return it. Again changes nothing.

    Raises MayNotDecideError, ChangedMeanwhileError, NoPageError.
    """
    current = _hold(partnership)
    _check_decides(current, by)
    draft = _open_version(current)
    if draft is not None and draft.status == ProfileStatus.RETURNED and draft.seal_before == seal:
        return draft
    draft = _waiting(current, seal)
    looked_at = draft.revision
    # A version that is sent again unchanged and returned again is another letter, so it gets another number.
    _move(draft, ProfileStatus.RETURNED, decided_by=by, decided_at=at, reason=reason.strip(), revision=looked_at + 1)
    audit.record("coalition.partner_page.returned", by=by, target=current, profile=draft.pk, revision=looked_at)
    tell_what_was_decided(draft, "returned", at=at)
    return draft


@transaction.atomic
def take_off_page(*, partnership: Partnership, by: "User", at: datetime) -> None:
    """Take the partner's page and logo off the site; its managers get a letter. Safe to call twice."""
    public = _public_version(_hold(partnership))
    if public is not None:
        _take_off(public, by, at)
        tell_what_was_decided(public, "off", at=at)


def hide_page(*, partnership: Partnership, by: audit.Actor, at: datetime) -> None:
    """Take off what is public of a partner that leaves, and let nothing wait; the transaction holds its row.

    What it wrote stays as a draft: should the partner come back, it sends that anew.
    """
    public, draft = _public_version(partnership), _open_version(partnership)
    if draft is not None and draft.status == ProfileStatus.WAITING:
        _stop_waiting(draft)
    if public is not None:
        _take_off(public, by, at)
    draw_pages_anew()  # its name stood on the wall too


def _hold(partnership: Partnership) -> Partnership:
    rows = Partnership.objects.select_for_update(of=("self",), no_key=True)
    current = rows.select_related("campaign__organisation", "organisation").get(pk=partnership.pk)
    if current.left_at is not None:
        raise NoPageError
    return current


def _check_decides(partnership: Partnership, by: "User") -> None:
    if not Campaign.objects.changeable_by(by).filter(pk=partnership.campaign_id).exists():
        raise MayNotDecideError


def _version(partnership: Partnership, **wanted: object) -> PartnerProfile | None:
    found = PartnerProfile.objects.with_logos().filter(partnership=partnership, **wanted).first()
    if found is not None:
        found.partnership = partnership
    return found


def _open_version(partnership: Partnership) -> PartnerProfile | None:
    return _version(partnership, pk__in=PartnerProfile.objects.open().values("pk"))


def _public_version(partnership: Partnership) -> PartnerProfile | None:
    return _version(partnership, status=ProfileStatus.PUBLIC)


def _looked_at(partnership: Partnership, seal: str) -> PartnerProfile:
    draft = _open_version(partnership)
    if draft is None:
        raise NoPageError
    if draft.seal != seal:
        raise ChangedMeanwhileError
    return draft


def _waiting(partnership: Partnership, seal: str) -> PartnerProfile:
    draft = _looked_at(partnership, seal)
    if draft.status != ProfileStatus.WAITING:
        raise ChangedMeanwhileError
    return draft


def _check_says_something(draft: PartnerProfile) -> None:
    if draft.logo_id is None and not draft.texts.exists():
        raise EmptyPageError


def _make_public(draft: PartnerProfile, public: PartnerProfile | None, by: "User", at: datetime) -> PartnerProfile:
    partnership, was = draft.partnership, str(draft.status)
    if public is not None:
        _move(public, ProfileStatus.REPLACED, ended_at=at)
    _move(draft, ProfileStatus.PUBLIC, decided_by=by, decided_at=at, reason="")
    audit.record(
        "coalition.partner_page.approved",
        by=by,
        target=partnership,
        profile=draft.pk,
        revision=draft.revision,
        was=was,
    )
    _give_link(partnership, by)
    tell_what_was_decided(draft, "public", at=at)
    draw_pages_anew()
    return draft


def _stop_waiting(draft: PartnerProfile) -> None:
    """Make what waits a draft again. Its new number makes every look at it while it waited stale."""
    _move(draft, ProfileStatus.DRAFT, revision=draft.revision + 1)


def _move(profile: PartnerProfile, status: ProfileStatus, **columns: object) -> None:
    for name, value in {"status": status, **columns}.items():
        setattr(profile, name, value)
    profile.save(update_fields=["status", *columns])


def _take_off(public: PartnerProfile, by: audit.Actor, at: datetime) -> None:
    _move(public, ProfileStatus.TAKEN_OFF, ended_at=at)
    audit.record("coalition.partner_page.taken_off", by=by, target=public.partnership, profile=public.pk)
    draw_pages_anew()


def _give_link(partnership: Partnership, by: audit.Actor) -> None:
    """Give the partner the link that is its own, unless it has one: what comes by its page is credited to it."""
    if own_link_of(partnership) is not None:
        return
    links, new = make_links(campaign=partnership.campaign, wanted=[link_of_partner(partnership)])
    if new:
        audit.record("campaigns.source.created", by=by, target=links[0])


def _told(profile: PartnerProfile) -> tuple[object, ...]:
    texts = {text.language: Words(text.summary, text.words) for text in profile.texts.all()}
    return profile.website, profile.shows_figure, profile.logo_id, texts


def _wanted(content: Content, before: PartnerProfile) -> tuple[object, ...]:
    texts = {language: words for language, words in content.texts.items() if words != Words()}
    return content.website, content.shows_figure, None if content.drops_logo else before.logo_id, texts


def _logo(
    partnership: Partnership, before: PartnerProfile | None, content: Content, at: datetime
) -> PartnerLogo | None:
    drawn = content.logo
    if drawn is None:
        return None if content.drops_logo or before is None else before.logo
    return PartnerLogo.objects.create(
        partnership=partnership,
        small=drawn.small,
        large=drawn.large,
        card=drawn.card,
        width=drawn.width,
        height=drawn.height,
        added_at=at,
    )


def _write_texts(draft: PartnerProfile, texts: Mapping[str, Words]) -> set[str]:
    """Write the draft's words and return the languages in which they changed."""
    known = {text.language: text for text in PartnerProfileText.objects.filter(profile=draft)}
    changed = set()
    for language in {*known, *texts}:
        said, wanted = known.get(language), texts.get(language, Words())
        if Words(said.summary, said.words) == wanted if said else wanted == Words():
            continue
        changed.add(language)
        if wanted == Words():
            known[language].delete()
        else:
            told = {"summary": wanted.summary, "words": wanted.words}
            PartnerProfileText.objects.update_or_create(profile=draft, language=language, defaults=told)
    return changed


def _forget_unused_logos(partnership: Partnership) -> None:
    """Delete the logos that no version shows any more: of drafts that got another one."""
    PartnerLogo.objects.unused().filter(partnership=partnership).delete()
