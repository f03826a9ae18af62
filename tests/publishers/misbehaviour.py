"""What publishers do on a bad night, each as an answer for ``Replica.misbehave``."""

from __future__ import annotations

import gzip
import socket
import struct
import time

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
