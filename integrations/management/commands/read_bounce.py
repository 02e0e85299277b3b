import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from integrations.email.bounces import Returned, read_returned
from messaging.actions.reports import take_report
from people.enums import Channel

LARGEST = 2 * 1024 * 1024
# sysexits.h: the mail server keeps the report and tries again later.
_TEMPORARY = 75


class Command(BaseCommand):
    help = (
        "Take one mail that came back, from standard input, as a mail server pipes it: a delivery report (RFC 3464) or "
        "a complaint (RFC 5965). What is neither is left alone. Exit code 75: try again later."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipient", default="", help="the address it was delivered to, with its +reference")

    def handle(self, *_args: Any, recipient: str, **_options: Any) -> None:
        mail = sys.stdin.buffer.read(LARGEST + 1)
        if len(mail) > LARGEST:
            self.stdout.write("Too large for a report; left alone.")
            return
        returned = read_returned(mail, recipient=recipient)
        try:
            known = [one for one in returned if self._take(one)]
        except DatabaseError as error:
            self.stderr.write(f"The database is away: {type(error).__name__}")
            sys.exit(_TEMPORARY)
        self.stdout.write(f"{len(returned)} reported, {len(known)} of messages we know.")

    def _take(self, one: Returned) -> bool:
        message = take_report(
            channel=Channel.EMAIL,
            event=one.event,
            at=timezone.now(),
            reference=one.reference,
            address=one.address,
            reason=one.reason,
        )
        return message is not None
