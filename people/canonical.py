"""The form of an address used for matching. Pure; the form as typed is always kept beside it."""

import unicodedata
from dataclasses import dataclass

import phonenumbers


class UnreadableAddress(ValueError):
    """What was typed is not an address of this kind."""


@dataclass(frozen=True)
class ProviderRule:
    """How one mail provider treats the part before the @ (each provider's own help pages say so)."""

    domain: str
    ignores_dots: bool = False
    tag_separator: str = "+"


_GMAIL = ProviderRule("gmail.com", ignores_dots=True)
# RFC 5321 §4.5.3.1.3 (256 with its angle brackets); also what the columns hold.
LONGEST = 254
PROVIDER_RULES: dict[str, ProviderRule] = {
    "gmail.com": _GMAIL,
    "googlemail.com": _GMAIL,
    "outlook.com": ProviderRule("outlook.com"),
    "hotmail.com": ProviderRule("hotmail.com"),
    "live.com": ProviderRule("live.com"),
    "icloud.com": ProviderRule("icloud.com"),
    "me.com": ProviderRule("me.com"),
    "fastmail.com": ProviderRule("fastmail.com"),
    "proton.me": ProviderRule("proton.me"),
    "protonmail.com": ProviderRule("protonmail.com"),
    "pm.me": ProviderRule("pm.me"),
    "yahoo.com": ProviderRule("yahoo.com", tag_separator="-"),
}


def canonical_email(typed: str) -> str:
    """Return the matching form of an e-mail address.

    Unicode is normalised (NFKC) and lowered, the domain is put into its ASCII form (IDNA), and dots and tags are
    dropped where the provider is known to ignore them; an unknown provider's are kept, because there they may be
    somebody else. Raises UnreadableAddress, also for what is longer than 254 characters.
    """
    # Lowering can leave what NFKC would compose ("İ"), so it is normalised once more.
    lowered = unicodedata.normalize("NFKC", typed).strip().lower()
    text = unicodedata.normalize("NFKC", lowered)
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or " " in text or not text.isprintable():
        raise UnreadableAddress(typed)
    canonical = _apply_rule(local, _ascii_domain(domain))
    if len(canonical) > LONGEST:
        raise UnreadableAddress(typed)
    return canonical


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError as error:
        raise UnreadableAddress(domain) from error


def _apply_rule(local: str, domain: str) -> str:
    rule = PROVIDER_RULES.get(domain)
    if rule is None:
        return f"{local}@{domain}"
    local = local.split(rule.tag_separator, 1)[0] or local
    if rule.ignores_dots:
        local = local.replace(".", "") or local
    return f"{local}@{rule.domain}"


def canonical_phone(typed: str, country: str = "") -> str:
    """Return the E.164 form; ``country`` (ISO alpha-2) reads numbers written without a prefix.

    Raises UnreadableAddress when it is not a possible number of any country.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", typed), country or None)
    except phonenumbers.NumberParseException as error:
        raise UnreadableAddress(typed) from error
    if not phonenumbers.is_valid_number(number):
        raise UnreadableAddress(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_domain(typed: str) -> str:
    """Return the domain of an address that `canonical_email` could read."""
    return canonical_email(typed).rpartition("@")[2]
