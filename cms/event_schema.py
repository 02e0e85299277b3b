"""An event as search engines read it: schema.org Event as JSON-LD. Only what the page itself says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from events.enums import AccessFeature
from events.models import Event, EventText, Timeslot

_SCHEMA = "https://schema.org/"


def schema_of(
    event: Event, words: EventText, slots: list[Timeslot], *, url: str, image: str, open_slots: list[Timeslot]
) -> dict[str, Any]:
    """Return the object, ready to be written as JSON. ``open_slots``: those somebody may register for now.

    Of the others it does not say how many places are left: that would tell how many people came.
    """
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": url,
        "url": url,
        "name": words.title,
        "description": words.summary or words.description or None,
        "inLanguage": list(event.spoken) or None,
        "image": [image] if image else None,
        "startDate": _local(event, event.starts_at),
        "endDate": _local(event, event.ends_at),
        **_status(event, former_start(slots)),
        "eventAttendanceMode": f"{_SCHEMA}{_mode(event)}EventAttendanceMode",
        "location": _location(event, url),
        "organizer": _organizer(event),
        **_places(slots, open_slots),
    }
    if open_slots:
        found["offers"] = _offer(open_slots, url)
    if len(slots) > 1:
        found["subEvent"] = [_part(event, words, slot, url, open_slots) for slot in slots]
    return {name: value for name, value in found.items() if value is not None}


def former_start(slots: Sequence[Timeslot]) -> datetime | None:
    """Return when these timeslots together were to start before they were moved; None where that is when they do."""
    if not slots:
        return None
    former = min(slot.previous_starts_at or slot.starts_at for slot in slots)
    return former if former != min(slot.starts_at for slot in slots) else None


def _status(event: Event, former: datetime | None) -> dict[str, str]:
    if event.is_cancelled:
        return {"eventStatus": f"{_SCHEMA}EventCancelled"}
    if former is None:
        return {"eventStatus": f"{_SCHEMA}EventScheduled"}
    return {"eventStatus": f"{_SCHEMA}EventRescheduled", "previousStartDate": _local(event, former)}


def _local(event: Event, moment: Any) -> str:
    return str(moment.astimezone(event.zone).isoformat())


def _mode(event: Event) -> str:
    if not event.online_url:
        return "Offline"
    return "Mixed" if event.venue_id is not None else "Online"


def _location(event: Event, url: str) -> Any:
    places: list[dict[str, Any]] = []
    venue = event.venue
    if venue is not None:
        address = {
            "@type": "PostalAddress",
            "streetAddress": venue.address or None,
            "postalCode": venue.postcode or None,
            "addressLocality": venue.town or None,
        }
        place: dict[str, Any] = {
            "@type": "Place",
            "name": venue.name,
            "address": {name: value for name, value in address.items() if value},
        }
        if venue.latitude is not None and venue.longitude is not None:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": float(venue.latitude),
                "longitude": float(venue.longitude),
            }
        features = [
            {"@type": "LocationFeatureSpecification", "name": str(AccessFeature(each).label), "value": True}
            for each in venue.features
            if each in AccessFeature.values
        ]
        if features:
            place["amenityFeature"] = features
        places.append(place)
    elif event.territory is not None and not event.online_url:
        places.append({"@type": "Place", "name": event.territory.name, "address": event.territory.name})
    if event.online_url:
        # Never the link itself: it is for those who register.
        places.append({"@type": "VirtualLocation", "url": url})
    return places[0] if len(places) == 1 else places or None


def _organizer(event: Event) -> dict[str, Any]:
    return {"@type": "Organization", "name": event.organisation.name}


def _places(slots: list[Timeslot], open_slots: list[Timeslot]) -> dict[str, int]:
    if not slots or any(slot.capacity is None for slot in slots):
        return {}
    found = {"maximumAttendeeCapacity": sum(slot.capacity or 0 for slot in slots)}
    left = [slot.free or 0 for slot in slots if slot in open_slots]
    return {**found, "remainingAttendeeCapacity": sum(left)} if left else found


def _offer(slots: list[Timeslot], url: str) -> dict[str, Any]:
    is_full = all(slot.free == 0 for slot in slots)
    # Registering costs nothing: there is no way to ask for money.
    return {
        "@type": "Offer",
        "url": url,
        "price": 0,
        "priceCurrency": "EUR",
        "availability": f"{_SCHEMA}{'SoldOut' if is_full else 'InStock'}",
    }


def _part(event: Event, words: EventText, slot: Timeslot, url: str, open_slots: list[Timeslot]) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": words.title,
        "url": url,
        "startDate": _local(event, slot.starts_at),
        "endDate": _local(event, slot.ends_at),
        **_status(event, former_start([slot])),
        "eventAttendanceMode": f"{_SCHEMA}{_mode(event)}EventAttendanceMode",
        "location": _location(event, url),
        **_places([slot], open_slots),
    }
