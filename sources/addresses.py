"""Addresses of publishers: taken apart, replaced, followed within limits, and given their key for the wire only."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, quote, quote_plus, urlencode, urljoin, urlsplit, urlunsplit

from pydantic import SecretStr

from sources.fetch_errors import FetchError

NO_ADDRESS = "not an http address; correct the catalog or KPI_BASE_URL__*"


@dataclass(frozen=True)
class Key:
    """A secret that stands in the query of every request to one publisher, from sending it on and nowhere else.

    ``parameter`` is its name there.
    """

    parameter: str
    secret: SecretStr

    def added_to(self, url: str) -> str:
        """The address with the key, for the wire only.

        Raises:
            FetchError: when the key would travel in clear text, other than within this machine.
        """
        found = parts(url)
        if found.scheme != "https" and not _is_here(found.hostname or ""):
            raise FetchError("the key is sent over https only; correct KPI_BASE_URL__*", url)
        query = [pair for pair in parse_qsl(found.query, keep_blank_values=True) if pair[0] != self.parameter]
        signed = urlencode([(self.parameter, self.secret.get_secret_value()), *query], safe=",")
        return urlunsplit(found._replace(query=signed))

    def removed_from(self, body: bytes) -> bytes:
        """The body, with stars where the publisher repeats the key."""
        secret = self.secret.get_secret_value()
        for written in {secret, quote(secret), quote_plus(secret)}:
            body = body.replace(written.encode(), b"*" * len(written))
        return body


def rebase(url: str, base: str) -> str:
    """The same path and query at another ``scheme://host[:port]``; a path in ``base`` is put in front."""
    there, here = parts(base), parts(url)
    return urlunsplit((there.scheme, there.netloc, there.path.rstrip("/") + here.path, here.query, here.fragment))


def parts(url: str, base: str = "") -> SplitResult:
    """The address taken apart; one that is relative is meant from ``base``.

    Raises:
        FetchError: when it is no address.
    """
    try:
        return urlsplit(urljoin(base, url))
    except ValueError:
        raise FetchError(NO_ADDRESS, url) from None


def redirected(url: str, location: str) -> str:
    """Where a redirect leads, as long as it stays with the publisher that we asked.

    Raises:
        FetchError: when it leads to another host, or from https to http.
    """
    old, new = parts(url), parts(location, base=url)
    if _place(new, url) != _place(old, url):
        host = ":".join(map(str, filter(None, _place(new, url))))
        raise FetchError(f"redirects to another host, {host}; correct the address in the catalog", url)
    if new.scheme not in ("https", old.scheme):
        raise FetchError(f"redirects from https to {new.scheme}; refused, correct the catalog", url)
    return new.geturl()


def _place(found: SplitResult, url: str) -> tuple[str, int | None]:
    """Host, and the port where it is none that goes without saying."""
    try:
        port = found.port
    except ValueError:
        raise FetchError(NO_ADDRESS, url) from None
    return found.hostname or "", None if port == {"http": 80, "https": 443}.get(found.scheme) else port


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
