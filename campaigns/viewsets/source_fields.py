"""Where a link leads, and which websites may show its form: how staff choose and write it."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.selectors.source_pages import site_pages

MOST_HOSTS = 20
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?\Z")


class LeadsToField(forms.ChoiceField):
    """A page of the site, among those of the campaigns somebody may choose."""

    def offer(self, campaigns: Iterable[Campaign], now: str = "") -> None:
        """Offer the pages of ``campaigns``; ``now`` stays on offer, also when its page is gone."""
        self._campaign_of: dict[str, int] = {}
        groups: list[Any] = [("", _("The campaign's best page: a petition that is open, else a pledge, else its own"))]
        for campaign in campaigns:
            targets = site_pages().targets_of(campaign.pk)
            self._campaign_of |= {target.key: campaign.pk for target in targets if target.key != "campaign"}
            if targets:
                groups.append((campaign.title, [(target.key, target.title) for target in targets]))
        known = {key for _title, rows in groups[1:] for key, _name in rows}
        if now and now not in known:
            groups.append((now, gettext("the page chosen before, which is not there now")))
        self.choices = groups

    def belongs_to(self, campaign: Campaign, key: str) -> bool:
        return self._campaign_of.get(key, campaign.pk) == campaign.pk


def clean_hosts(typed: str) -> str:
    """Return websites as their names only, one per line, each once. Raises ValidationError naming the bad ones."""
    names: list[str] = []
    unreadable: list[str] = []
    for line in filter(None, (line.strip() for line in typed.replace(",", "\n").splitlines())):
        name = _host_of(line)
        (names if name else unreadable).append(name or line)
    if unreadable:
        message = ngettext(
            "This is not the name of a website: %(lines)s.",
            "These are not names of websites: %(lines)s.",
            len(unreadable),
        )
        raise ValidationError(message % {"lines": "; ".join(unreadable)[:200]})
    found = list(dict.fromkeys(names))
    if len(found) > MOST_HOSTS:
        raise ValidationError(gettext("Write at most %(count)s websites.") % {"count": MOST_HOSTS})
    return "\n".join(found)


def _host_of(line: str) -> str:
    """Return ``www.example.org`` of "https://www.example.org/page", with letters beyond ASCII as browsers send them."""
    try:
        netloc = urlsplit(line if "//" in line else f"//{line}").netloc.rpartition("@")[2].lower()
        host, colon, port = netloc.partition(":")
        name = f"{host.encode('idna').decode() if host else ''}{colon}{port}"
    except ValueError:
        return ""
    return name if _HOST.match(name) else ""
