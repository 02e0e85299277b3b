"""Twilio's own client, told where to go, how long to wait, and to keep what its errors leave out."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

_API = "https://api.twilio.com"


class KeepingHttpClient(TwilioHttpClient):
    """Sends requests where settings say, and keeps the last answer's headers: no exception of Twilio's has them."""

    def __init__(self) -> None:
        super().__init__(timeout=settings.TWILIO_TIMEOUT_SECONDS)
        self.last_headers: Mapping[str, str] = {}

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        self.last_headers = {}
        if settings.TWILIO_API_URL:
            url = settings.TWILIO_API_URL.rstrip("/") + url.removeprefix(_API)
        response = super().request(method, url, *args, **kwargs)
        self.last_headers = response.headers or {}
        return response

    def close(self) -> None:
        if self.session is not None:
            self.session.close()


def new_client(http_client: KeepingHttpClient) -> Client:
    """Return a client for the account in the settings: by an API key where there is one, else by the token."""
    return Client(
        username=settings.TWILIO_API_KEY_SID or settings.TWILIO_ACCOUNT_SID,
        password=settings.TWILIO_API_KEY_SECRET or settings.TWILIO_AUTH_TOKEN,
        account_sid=settings.TWILIO_ACCOUNT_SID,
        region=settings.TWILIO_REGION or None,
        edge=settings.TWILIO_EDGE or None,
        http_client=http_client,
    )
