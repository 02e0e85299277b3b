from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Sign-in for staff only: accounts are made by invitation, never by registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
