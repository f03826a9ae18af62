"""What a person asks an open-data portal on CKAN: which of its datasets have a word in their name or description."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from sources.addresses import rebase
from sources.ckan import day_of_change
from sources.fetch_errors import FetchError
from sources.http import Http
from sources.parsed import ParseError
from sources.publishers import Publisher

CALL = "package_search"
_SHOWN = 100  # finds of a search


def search(publisher: Publisher, word: str, base_url: str | None = None) -> list[dict[str, str]]:
    """The datasets that a portal finds, in its own order: kind, id, title, day of the last change, formats, address.

    Raises:
        FetchError, ParseError: when the portal does not answer, or refuses the question.
    """
    url = f"{publisher.base_url}/api/3/action/{CALL}?{urlencode({'q': word, 'rows': _SHOWN})}"
    with Http(
        min_interval=publisher.min_interval_seconds,
        deadline=publisher.deadline_seconds,
        max_bytes=publisher.guard.max_bytes,
    ) as http:
        reply = http.get(rebase(url, base_url or publisher.base_url))
    try:
        return found(reply.body, publisher.base_url)
    except ParseError as error:
        raise FetchError(f"{error.problem}; {error.remedy}", reply.url, reply.status) from error


def found(body: bytes, portal: str) -> list[dict[str, str]]:
    """The datasets in an answer of package_search; ``portal`` is where their pages are.

    Raises:
        ParseError: with the portal's words when it reports an error, or when this is no answer of that call.
    """
    try:
        answer = json.loads(body)
        refused = "" if answer["success"] else _words(answer["error"])
        datasets = [] if refused else [_dataset(package, portal) for package in answer["result"]["results"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ParseError(CALL, "this is no answer of CKAN", "open the address in a browser") from error
    if refused:
        raise ParseError(CALL, f"the portal says {refused}", "change the word or wait")
    return datasets


def _dataset(package: dict[str, Any], portal: str) -> dict[str, str]:
    changed = package.get("metadata_modified")
    formats = {str(resource.get("format") or "").upper() for resource in package.get("resources", ())}
    return {
        "kind": "dataset",
        "id": str(package["name"]),
        "title": str(package["title"]),
        "updated_on": day_of_change(changed, CALL).isoformat() if changed else "",
        "formats": ", ".join(sorted(formats - {""})),
        "url": f"{portal}/dataset/{package['name']}",
    }


def _words(error: object) -> str:
    """CKAN's error: what it is about, or whatever stands there."""
    message = error.get("message") if isinstance(error, dict) else None
    return " ".join(str(message or error).split()) or "no"
