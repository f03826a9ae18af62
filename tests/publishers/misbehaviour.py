"""What publishers do on a bad night, each as an answer for ``Replica.misbehave``."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.publishers.replica import Answer, Misbehaviour

HTML = "<!DOCTYPE html>\n<html><body>ただいまメンテナンス中です</body></html>".encode()


def status(code: int, **headers: str) -> Misbehaviour:
    """Answer with this status; ``status(429, retry_after="2")`` sets a header."""
    return lambda answer, body: answer.send(
        code, b"", {name.replace("_", "-").title(): content for name, content in headers.items()}
    )


def redirect(location: str) -> Misbehaviour:
    """Send the asker elsewhere."""
    return status(302, location=location)


def drip(seconds: float) -> Misbehaviour:
    """Send the body byte by byte with this pause between two bytes."""

    def answer_slowly(answer: Answer, body: bytes) -> None:
        answer.send(200, b"", {"Content-Length": str(len(body))})
        for byte in body:
            try:
                answer.wfile.write(bytes([byte]))
            except ConnectionError:  # the asker has had enough
                return
            time.sleep(seconds)

    return answer_slowly


def maintenance_page(answer: Answer, _: bytes) -> None:
    """An HTML page in place of the data, with status 200."""
    answer.send(200, HTML, {"Content-Type": "text/html"})


def truncated(answer: Answer, body: bytes) -> None:
    """Promise the whole body, send half of it and close."""
    answer.send(200, body[: len(body) // 2], {"Content-Length": str(len(body))})
    answer.close_connection = True


def too_short_content_length(answer: Answer, body: bytes) -> None:
    """Promise less than the body, so that the asker takes the beginning for the whole."""
    answer.send(200, body, {"Content-Length": str(len(body) - 4)})
    answer.close_connection = True


def gzipped(answer: Answer, body: bytes) -> None:
    """The body, compressed, as a well-behaved server may send it."""
    answer.send(200, gzip.compress(body), {"Content-Encoding": "gzip"})


def gzip_cut(answer: Answer, body: bytes) -> None:
    """The compressed body, of which the second half never comes."""
    packed = gzip.compress(body)
    answer.send(200, packed[: len(packed) // 2], {"Content-Encoding": "gzip", "Content-Length": str(len(packed))})
    answer.close_connection = True


def gzip_bomb(megabytes: int) -> Misbehaviour:
    """A small compressed body that grows to this size."""
    packed = gzip.compress(bytes(megabytes * 2**20))
    return lambda answer, body: answer.send(200, packed, {"Content-Encoding": "gzip"})


def hang_up(answer: Answer, _: bytes) -> None:
    """Close the connection without a word."""
    answer.connection.shutdown(socket.SHUT_RDWR)
    answer.close_connection = True


def reset(answer: Answer, body: bytes) -> None:
    """Promise the whole body, send half of it, and reset the connection instead of closing it."""
    answer.send(200, body[: len(body) // 2], {"Content-Length": str(len(body))})
    answer.wfile.flush()
    time.sleep(0.05)  # a reset overtakes bytes that are still under way
    # Not to linger on closing is what makes the kernel send a reset.
    answer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    answer.rfile.close()
    answer.wfile.close()
    answer.connection.close()
    answer.close_connection = True


def silent(seconds: float) -> Misbehaviour:
    """Say nothing for this long, then hang up."""

    def wait(answer: Answer, body: bytes) -> None:
        time.sleep(seconds)
        hang_up(answer, body)

    return wait


def released_in_mid_walk(answer: Answer, body: bytes) -> None:
    """Of e-Stat's getStatsData: half of a table, and its rest as of a later day, as if it were published anew."""
    content = json.loads(body)
    data = content["GET_STATS_DATA"]["STATISTICAL_DATA"]
    if "startPosition=" in answer.path:
        data["TABLE_INF"]["UPDATED_DATE"] = "2100-01-01"
    else:
        half = len(data["DATA_INF"]["VALUE"]) // 2
        data["DATA_INF"]["VALUE"] = data["DATA_INF"]["VALUE"][:half]
        data["RESULT_INF"] |= {"TO_NUMBER": half, "NEXT_KEY": half + 1}
    answer.send(200, json.dumps(content).encode(), {"Content-Type": "application/json;charset=UTF-8"})


class Kind(NamedTuple):
    """A misbehaviour that a person can ask for by name."""

    meaning: str
    mood: Callable[[], Misbehaviour]


KINDS = {
    "429": Kind("status 429 with Retry-After: 2", lambda: status(429, retry_after="2")),
    "500": Kind("status 500", lambda: status(500)),
    "drip": Kind("five bytes a second", lambda: drip(0.2)),
    "truncated": Kind("the whole length promised, half the body sent", lambda: truncated),
    "wrong-length": Kind("a Content-Length of four bytes less than the body", lambda: too_short_content_length),
    "html": Kind("a maintenance page with status 200", lambda: maintenance_page),
    "release": Kind("of e-Stat's getStatsData: a new edition between two pages", lambda: released_in_mid_walk),
    "redirect": Kind("a redirect to another host, where nobody listens", lambda: redirect("http://127.0.0.2:9/")),
    "gzip-bomb": Kind("a small compressed body that grows to 200 MB", lambda: gzip_bomb(200)),
    "gzip-cut": Kind("half of a compressed body", lambda: gzip_cut),
    "reset": Kind("half of the body, then the connection is reset", lambda: reset),
    "hang-up": Kind("the connection is closed without a word", lambda: hang_up),
    "silent": Kind("not a word for a minute", lambda: silent(60)),
}
