"""A partner as search engines read it: schema.org Organization as JSON-LD. Only what the page itself says."""

from typing import Any

from coalition.selectors.public_partners import PublicPartner, Said


def organization_schema(partner: PublicPartner, summary: Said | None, *, url: str, logo: str) -> dict[str, Any]:
    """Return the object, ready to be written as JSON. ``url``: the page it stands on; ``logo``: blank for none."""
    country = partner.partnership.organisation.country
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"{url}#organization",
        "name": partner.name,
        "description": summary.text if summary else None,
        "url": partner.website or None,
        "logo": logo or None,
        "address": {"@type": "PostalAddress", "addressCountry": country} if country else None,
        "mainEntityOfPage": url,
    }
    return {name: value for name, value in found.items() if value is not None}
