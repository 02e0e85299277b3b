"""Look at a running demo as a scanner would: ``python -m tools.scan http://127.0.0.1:8000``. Loopback only.

It reads what anybody may, follows the links of our own pages, and asks for what should not be there. Each finding is a
line; the exit status is 1 where there is one. It signs in nowhere and sends no form but a few that must be refused.
"""

import http.client
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

MOST_PAGES = 80
QUOTED = "%22%27%3E%3Csvg/onload=zq7%3E"
STARTS = ("/en/", "/fr/", "/account/login/", "/m/", "/outbox/", "/robots.txt", "/sitemap.xml", "/staff/")
HIDDEN = (
    "/.git/HEAD", "/.git/config", "/.env", "/.env.example", "/.hg/", "/.svn/entries", "/.DS_Store",
    "/config/settings/base.py", "/manage.py", "/requirements/runtime.txt", "/docker-compose.yml", "/db.sqlite3",
    "/carillon.sqlite3", "/var/", "/static/", "/media/", "/media/images/", "/media/documents/", "/documents/",
    "/admin/", "/django-admin/", "/wp-login.php", "/phpinfo.php", "/server-status", "/debug/", "/__debug__/",
    "/silk/", "/api/", "/actuator/env", "/backup.zip", "/static/../manage.py", "/static/..%2fmanage.py",
    "/media/images/..%2f..%2fcarillon.sqlite3", "/static//etc/passwd", "/m/app/1/..%2f..%2fsettings.py",
    "/documents/1/..%2f..%2fsecret-key", "/en/%00", "/en/%ff",
)  # fmt: skip
ALLOWED_THERE = {"/static/": (403, 404), "/admin/": (302, 404)}
PARAMETERS = ("s", "q", "next", "lang", "p", "utm_source", "campaign", "preview", "mode", "callback", "redirect", "url")
HEADERS = {
    "content-security-policy": r"default-src 'none'",
    "x-content-type-options": r"nosniff",
    "referrer-policy": r"strict-origin|same-origin|no-referrer",
    "permissions-policy": r"geolocation=\(\)",
    "cross-origin-opener-policy": r"same-origin",
    "x-frame-options": r"DENY|SAMEORIGIN",
}
TELLING = re.compile(r"Traceback \(most recent|DEBUG = True|django\.core|SECRET_KEY|sqlite3\.|psycopg")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    cookies: tuple[str, ...]
    text: str


class Site:
    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        if parts.hostname not in {"127.0.0.1", "localhost", "::1"} or parts.scheme != "http":
            raise SystemExit("scan: only a demo on this machine, http://127.0.0.1:PORT")
        self.host, self.port, self.asked = parts.hostname, parts.port or 80, 0

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Send one request exactly as it is written; nothing is normalised and no redirect followed."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        self.asked += 1
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=sent)
            got = connection.getresponse()
            text = got.read(2_000_000).decode("utf-8", "replace")
            told = {name.lower(): value for name, value in got.getheaders()}
            return Answer(got.status, told, tuple(got.headers.get_all("Set-Cookie") or ()), text)
        except (http.client.HTTPException, ConnectionError):
            return Answer(0, {}, (), "")  # refused before it was a request: as good as a 400
        finally:
            connection.close()


def pages_of(site: Site) -> dict[str, Answer]:
    """Return our own pages, found by following links from a few."""
    found: dict[str, Answer] = {}
    waiting = list(STARTS)
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        if path in found:
            continue
        found[path] = answer = site.ask(path)
        if "html" in answer.headers.get("content-type", ""):
            links = re.findall(r'(?:href|action)="([^"#]+)', answer.text)
            near = (urlsplit(urljoin(f"http://{site.host}:{site.port}{path}", link)) for link in links)
            waiting += [each.path for each in near if each.port == site.port and each.path not in found]
    return found


def look_at_pages(found: dict[str, Answer]) -> Iterator[str]:
    for path, answer in found.items():
        if answer.status >= 500:
            yield f"{path}: status {answer.status}"
        if TELLING.search(answer.text) and not path.startswith("/outbox/"):
            yield f"{path}: tells of its inside"
        for name, wanted in HEADERS.items():
            is_page = answer.status < 400 and not path.startswith(("/static/", "/media/"))
            if is_page and not re.search(wanted, answer.headers.get(name, "")):
                yield f"{path}: header {name} is {answer.headers.get(name, 'missing')!r}"
        if "server" in answer.headers and re.search(r"\d", answer.headers["server"]):
            yield f"{path}: Server names a version, {answer.headers['server']}"
        if "access-control-allow-origin" in answer.headers and not path.startswith("/static/"):
            yield f"{path}: any site may read it ({answer.headers['access-control-allow-origin']})"
        for cookie in answer.cookies:
            if "HttpOnly" not in cookie or "SameSite" not in cookie:
                yield f"{path}: cookie {cookie.partition('=')[0]} lacks a flag"
        if answer.cookies and re.match(r"/(en|fr|nl|ar)/", path):
            yield f"{path}: sets a cookie for an anonymous reader"
        yield from _inline(path, answer)


def _inline(path: str, answer: Answer) -> Iterator[str]:
    if path.startswith("/staff/") or "html" not in answer.headers.get("content-type", ""):
        return
    for script in re.findall(r"<script([^>]*)>([^<]*)", answer.text):
        if script[1].strip() and "application/" not in script[0]:
            yield f"{path}: inline script"
    if re.search(r"<[^>]+\son[a-z]+=", answer.text) or re.search(r"<style|\sstyle=", answer.text):
        yield f"{path}: inline style or handler"
    for address in re.findall(r'(?:src|<link[^>]+href)="(https?://[^"]+)', answer.text):
        if urlsplit(address).hostname not in {"127.0.0.1", "localhost"} and 'rel="alternate' not in address:
            yield f"{path}: loads {address}"


def ask_for_hidden(site: Site) -> Iterator[str]:
    for path in HIDDEN:
        answer = site.ask(path)
        if answer.status not in ALLOWED_THERE.get(path, (0, 301, 302, 400, 403, 404)):
            yield f"{path}: answered {answer.status}"


def reflect(site: Site, paths: list[str]) -> Iterator[str]:
    for path in paths:
        query = "&".join(f"{name}={QUOTED}" for name in PARAMETERS)
        answer = site.ask(f"{path}?{query}")
        if "<svg/onload=zq7" in answer.text:
            yield f"{path}: gives back what was typed, unescaped"
        if answer.status >= 500:
            yield f"{path}?…: status {answer.status}"
        away = site.ask(f"{path}?next=https://evil.example/&redirect=//evil.example/&url=https://evil.example/")
        if "evil.example" in urlsplit(away.headers.get("location", "")).netloc:
            yield f"{path}: leads to another site"


def strange_requests(site: Site) -> Iterator[str]:
    for method in ("TRACE", "TRACK", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"):
        answer = site.ask("/en/", method)
        if answer.status in range(200, 300):
            yield f"{method} /en/: answered {answer.status}"
    override = site.ask("/account/logout/", "GET", X_HTTP_Method_Override="POST")
    if override.status in range(300, 400) and override.cookies:
        yield "X-HTTP-Method-Override is followed"
    host = site.ask("/en/", Host="evil.example")
    if host.status != 400 or "evil.example" in host.text:
        yield f"a foreign Host is answered {host.status}"
    forwarded = site.ask("/staff/", X_Forwarded_Host="evil.example", X_Forwarded_Proto="https")
    if "evil.example" in forwarded.headers.get("location", ""):
        yield "X-Forwarded-Host is believed"
    crossed = site.ask("/en/", Origin="https://evil.example")
    if "access-control-allow-origin" in crossed.headers:
        yield "CORS: a foreign Origin may read pages"
    asks = {"Origin": "https://evil.example", "Access_Control_Request_Method": "GET"}
    preflight = site.ask("/outreach/api/state", "OPTIONS", **asks)
    if "access-control-allow-origin" in preflight.headers:
        yield "CORS: a foreign Origin may call the phone's API"
    for path in ("/account/login/", "/account/logout/", "/outreach/api/sync"):
        if site.ask(path, "POST", "email=a%40b.example", Content_Type="application/x-www-form-urlencoded").status < 400:
            yield f"POST {path} without a CSRF token is taken"
    long = site.ask("/en/", X_Long="a" * 100_000)
    if long.status in range(500, 600):
        yield f"an oversized header: {long.status}"
    address = site.ask("/en/?" + "a" * 20_000)
    if address.status in range(500, 600):
        yield f"an oversized address: {address.status}"


def scan(base: str) -> int:
    site = Site(base)
    found = pages_of(site)
    plain = [path for path, answer in found.items() if "html" in answer.headers.get("content-type", "")]
    findings = [
        *look_at_pages(found), *ask_for_hidden(site), *reflect(site, plain[:40]), *strange_requests(site),
    ]  # fmt: skip
    for finding in findings:
        print(f"✗ {finding}")
    print(f"{len(found)} pages, {site.asked} requests, {len(findings)} findings")
    return int(bool(findings))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    raise SystemExit(scan(sys.argv[1]))
