"""Partners with a key of their own, and what their files say when they open them."""

import csv
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import IO, Any

from django.core.files.storage import storages
from pyrage import decrypt, x25519

from coalition.actions.keys import add_key, confirm_key
from coalition.actions.partner_exports import ask_for_partner_export, collect_export, prepare_exports
from coalition.models import PartnerExport, PartnerKey
from coalition.ports import DeliveryError
from tests.factories.staff import World


@dataclass
class Keyring:
    """A partner's secret key, which only the partner has."""

    identity: Any = field(default_factory=x25519.Identity.generate)

    @property
    def public(self) -> str:
        return str(self.identity.to_public())

    def open(self, export: PartnerExport) -> list[dict[str, str]]:
        """Return the lines of a file, by column."""
        export.refresh_from_db()
        with storages["private"].open(export.file) as file:
            text = decrypt(file.read(), [self.identity]).decode()
        return list(csv.DictReader(StringIO(text, newline="")))


@dataclass
class FakeCaller:
    """A partner's system: remembers what arrived, fails as it is told."""

    fails: list[DeliveryError | None] = field(default_factory=list)
    arrived: list[tuple[str, str, bytes]] = field(default_factory=list)
    tried: int = 0

    def refusal(self, url: str) -> str:
        return "" if url.startswith("https://") else "It must begin with https://."

    def deliver(self, *, url: str, key: str, secret: str, body: IO[bytes], size: int, sha256: str, at: float) -> None:
        self.tried += 1
        error = self.fails.pop(0) if self.fails else None
        if error is not None:
            raise error
        content = body.read()
        assert len(content) == size
        self.arrived.append((url, key, content))


def give_key(world: World, keyring: Keyring, at: datetime) -> PartnerKey:
    """Return a key of the partner that the lead's coordinator confirmed."""
    key = add_key(partnership=world.partnership, typed=keyring.public, by=world.manager, at=at)
    return confirm_key(key=key, by=world.coordinator, at=at)


def make_file(world: World, at: datetime, *, is_whole: bool = False) -> PartnerExport:
    """Return a file that was asked for by the manager and prepared."""
    export = ask_for_partner_export(partnership=world.partnership, is_whole=is_whole, by=world.manager, at=at)
    prepare_exports(at=at)
    export.refresh_from_db()
    return export


def collected_file(world: World, at: datetime) -> PartnerExport:
    return collect_export(export=make_file(world, at), by=world.manager, at=at)


def consenting(world: World, name: str, at: datetime, **columns: Any) -> Any:
    """Return a signature credited to the partner, of somebody who agreed to that very partner."""
    signature = world.sign(name, partnership=world.partnership, **columns)
    world.consent(signature, world.partner, at=at - timedelta(days=1))
    return signature
