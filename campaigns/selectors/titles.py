"""What campaigns are called, for packages below that know only their short names."""

from collections.abc import Iterable

from campaigns.models import Campaign


def titles_of(slugs: Iterable[str]) -> dict[str, str]:
    """Return campaigns' titles by their slugs; of a slug that is no campaign's there is none."""
    return dict(Campaign.objects.filter(slug__in=list(slugs)).values_list("slug", "title"))
