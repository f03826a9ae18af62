"""The HTTP client against a real server on loopback: patience, politeness, bounds, and errors for people."""

import json
import logging
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from urllib3.exceptions import ConnectTimeoutError

from sources import http
from sources.addresses import Key, rebase, redirected
from sources.answers import Said
from sources.fetch_errors import DeadlineError, FetchError, UnreachableError, without_secrets
from sources.http import Http
from tests.publishers import Replica
from tests.publishers import misbehaviour as bad

BODY = "地域コード,A1101\nR17201,463254\n".encode()  # population of Kanazawa, 2020 census (e-Stat, A1101)
PATH = "/data.csv"


@pytest.fixture(autouse=True)
def short_waits_and_no_proxy(monkeypatch):
    monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def replica():
    with Replica({PATH: BODY}) as server:
        yield server


def client(*, deadline=10.0, min_interval=0.0, max_bytes=2**20, **more):
    return Http(min_interval=min_interval, deadline=deadline, max_bytes=max_bytes, **more)


def get(replica, path=PATH, **options):
    with client(**options) as visit:
        return visit.get(replica.url + path)


def test_a_file_comes_with_its_marks_and_the_asker_names_itself(replica):
    reply = get(replica)
    assert (reply.status, reply.body, reply.media_type) == (200, BODY, "text/csv")
    assert reply.etag
    assert reply.last_modified
    assert replica.requests[0].headers["User-Agent"].startswith("kanazawa-kpi")


def test_a_file_that_has_not_changed_is_not_sent_again(replica):
    with client() as visit:
        first = visit.get(replica.url + PATH)
        second = visit.get(replica.url + PATH, first.etag, first.last_modified)
    assert (second.status, second.body) == (304, b"")
    assert replica.requests[1].headers["If-Modified-Since"] == first.last_modified


def test_a_missing_file_is_an_answer_and_is_asked_for_once(replica):
    assert get(replica, "/other.csv").status == 404
    assert replica.count("/other.csv") == 1


@pytest.mark.parametrize("code", [400, 403, 410])
def test_an_answer_that_another_try_cannot_change_is_handed_back(replica, code):
    replica.misbehave(PATH, bad.status(code))
    assert get(replica).status == code
    assert replica.count(PATH) == 1


@pytest.mark.parametrize(
    "mood",
    [bad.status(429), bad.status(500), bad.status(503, retry_after="nonsense"), bad.truncated, bad.hang_up, bad.reset],
    ids=["429", "500", "unreadable Retry-After", "truncated", "connection closed", "connection reset in mid-body"],
)
def test_a_passing_trouble_is_cured_by_trying_again(replica, mood):
    replica.misbehave(PATH, mood, mood, mood)
    assert get(replica).body == BODY
    assert replica.count(PATH) == 4


@pytest.mark.parametrize(
    ("mood", "words", "status"),
    [
        (bad.status(502), "answers 502, 4 times", 502),
        (bad.truncated, f"truncated after {len(BODY) // 2} bytes, 4 times", 200),
        (bad.hang_up, "the connection broke off, 4 times", None),
        (bad.gzip_cut, "bytes, 4 times", 200),
    ],
)
def test_a_lasting_trouble_is_given_up_after_four_tries_and_told_in_one_line(replica, mood, words, status):
    replica.misbehave(PATH, *[mood] * 9)
    with pytest.raises(FetchError) as caught:
        get(replica)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.status == status
    assert replica.count(PATH) == 4


def test_retry_after_in_seconds_is_waited_for(replica):
    replica.misbehave(PATH, bad.status(429, retry_after="1"))
    started = time.monotonic()
    assert get(replica).body == BODY
    assert time.monotonic() - started >= 1


def test_retry_after_as_a_date_is_understood(replica):
    replica.misbehave(PATH, bad.status(503, retry_after=formatdate(time.time() + 3600, usegmt=True)))
    with pytest.raises(UnreachableError, match=r"answers 503 and asks us to come back in (3600|3599|3598) s"):
        get(replica)


def test_a_publisher_that_asks_for_a_long_pause_is_left_alone_for_the_whole_visit(replica):
    replica.misbehave(PATH, bad.status(429, retry_after="7200"))
    with client() as visit:
        for _ in range(3):
            with pytest.raises(UnreachableError, match="come back in 7200 s"):
                visit.get(replica.url + PATH)
    assert len(replica.requests) == 1


def test_no_wait_reaches_past_the_deadline(replica):
    replica.misbehave(PATH, bad.status(503, retry_after="30"))
    started = time.monotonic()
    with pytest.raises(DeadlineError, match="no time is left"):
        get(replica, deadline=1.0)
    assert time.monotonic() - started < 1


def test_a_slow_drip_is_stopped_at_the_deadline(replica):
    replica.misbehave(PATH, bad.drip(0.05))
    started = time.monotonic()
    with pytest.raises(DeadlineError, match="still sending after"):
        get(replica, deadline=0.3)
    assert 0.3 <= time.monotonic() - started < 1


def test_nothing_is_asked_after_the_deadline(replica):
    with client(deadline=0.0) as visit, pytest.raises(DeadlineError, match="used up"):
        visit.get(replica.url + PATH)
    assert replica.requests == []


def test_a_publisher_that_says_nothing_is_tried_again(replica, monkeypatch):
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.2)
    replica.misbehave(PATH, bad.silent(0.6))
    assert get(replica).body == BODY


def test_a_name_that_does_not_resolve_fails_at_once_and_for_every_file():
    started = time.monotonic()
    with client() as visit:
        for name in ("a.csv", "b.csv"):
            with pytest.raises(UnreachableError, match="does not resolve"):
                visit.get(f"http://nonexistent.invalid/{name}")
    assert time.monotonic() - started < 2


def test_a_refused_connection_fails_at_once(caplog):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with caplog.at_level(logging.INFO), client() as visit, pytest.raises(UnreachableError, match="refused"):
            visit.get(f"http://127.0.0.1:{port}/")
    assert "another try" not in caplog.text


def test_a_proxy_that_is_not_there_fails_at_once(replica, monkeypatch):
    monkeypatch.delenv("NO_PROXY")
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://nonexistent.invalid:3128")
    with pytest.raises(UnreachableError):
        get(replica)
    assert replica.requests == []


def test_requests_keep_their_distance(replica):
    started = time.monotonic()
    with client(min_interval=0.1) as visit:
        for _ in range(4):
            visit.get(replica.url + PATH)
    assert time.monotonic() - started >= 0.3


def test_visits_of_several_publishers_to_one_host_keep_it_together(replica):
    def visit(_):
        with client(min_interval=0.1) as one:
            for _ in range(2):
                one.get(replica.url + PATH)

    started = time.monotonic()
    with ThreadPoolExecutor() as several:
        list(several.map(visit, range(3)))
    assert time.monotonic() - started >= 0.5


def test_a_compressed_body_arrives_decompressed(replica):
    replica.misbehave(PATH, bad.gzipped)
    assert get(replica).body == BODY


def test_a_gzip_bomb_is_stopped_at_the_limit_and_not_tried_again(replica):
    replica.misbehave(PATH, bad.gzip_bomb(megabytes=64))
    with pytest.raises(FetchError, match=r"larger than 1048576 bytes; raise guard\.max_bytes"):
        get(replica)
    assert replica.count(PATH) == 1


def test_a_body_that_lies_about_being_compressed_is_an_error(replica):
    replica.misbehave(PATH, *[lambda answer, body: answer.send(200, body, {"Content-Encoding": "gzip"})] * 4)
    with pytest.raises(FetchError, match="compressed body is damaged, 4 times"):
        get(replica)


def test_a_redirect_within_the_host_is_followed(replica):
    replica.files["/moved.csv"] = b""
    replica.misbehave("/moved.csv", bad.redirect(PATH))
    reply = get(replica, "/moved.csv")
    assert (reply.body, reply.url) == (BODY, replica.url + PATH)


def test_a_redirect_to_another_host_is_refused(replica):
    replica.misbehave(PATH, bad.redirect(replica.url.replace("127.0.0.1", "localhost") + "/elsewhere.csv"))
    with pytest.raises(FetchError, match="another host, localhost"):
        get(replica)
    assert replica.count("/elsewhere.csv") == 0


def test_a_redirect_to_another_port_of_the_host_is_refused():
    with pytest.raises(FetchError, match=r"another host, example\.jp:8443"):
        redirected("https://example.jp/a.csv", "https://example.jp:8443/a.csv")
    assert redirected("http://example.jp:80/a.csv", "https://example.jp:443/b.csv") == "https://example.jp:443/b.csv"


def test_a_redirect_from_https_to_http_is_refused():
    with pytest.raises(FetchError, match="from https to http"):
        redirected("https://example.jp/a.csv", "http://example.jp/a.csv")


def test_the_body_of_a_redirect_is_not_waited_for(replica):
    def redirect_and_dawdle(answer, _):
        answer.send(302, b"", {"Location": PATH, "Content-Length": "1000"})
        time.sleep(1)

    replica.files["/moved.csv"] = b""
    replica.misbehave("/moved.csv", redirect_and_dawdle)
    started = time.monotonic()
    assert get(replica, "/moved.csv").body == BODY
    assert time.monotonic() - started < 0.5


def test_an_answer_that_says_in_its_own_words_to_come_again_is_asked_for_again(replica):
    replica.misbehave(PATH, lambda answer, _: answer.send(200, b"busy"))
    said = {b"busy": (Said.BUSY, "the API is busy")}
    with client(judge=lambda body: said.get(body, (Said.DATA, ""))) as visit:
        assert visit.get(replica.url + PATH).body == BODY
        replica.misbehave(PATH, *[lambda answer, _: answer.send(200, b"busy")] * 4)
        with pytest.raises(FetchError, match="the API is busy, 4 times"):
            visit.get(replica.url + PATH)


def test_redirects_in_a_circle_end(replica):
    replica.misbehave(PATH, *[bad.redirect(PATH)] * 20)
    with pytest.raises(FetchError, match="more than 5 redirects"):
        get(replica)


@pytest.mark.parametrize("url", ["data.csv", "ftp://a.jp/b", "http://[::1/b", "http://a..jp/", "http://a:b/"])
def test_something_that_is_no_address_is_told_so(url):
    with client() as visit, pytest.raises(FetchError, match="not an http address"):
        visit.get(url)


def test_a_redirect_to_something_that_is_no_address_is_told_so(replica):
    replica.misbehave(PATH, bad.redirect("http://[::1/b"))
    with pytest.raises(FetchError, match="not an http address"):
        get(replica)


def test_a_host_that_does_not_take_a_connection_in_time_is_given_up_for_the_visit(replica, monkeypatch):
    attempts = []

    def never_connects(*args, **kwargs):
        attempts.append(args)
        raise ConnectTimeoutError

    monkeypatch.setattr("urllib3.connection.HTTPConnection.connect", never_connects)
    with client() as visit:
        for _ in range(2):
            with pytest.raises(UnreachableError, match="no connection within 5 s, 4 times"):
                visit.get(replica.url + PATH)
    assert len(attempts) == 4


def test_a_certificate_that_is_not_trusted_ends_the_visit_to_that_host():
    error = requests.exceptions.SSLError()
    error.__cause__ = ssl.SSLCertVerificationError()
    assert isinstance(http._in_words(error, "https://a.jp/"), UnreachableError)


def test_no_key_reaches_an_error_or_the_log(replica, caplog):
    replica.files["/api"] = b"{}"
    replica.misbehave("/api", *[bad.status(500)] * 4)
    with caplog.at_level(logging.DEBUG), client() as visit:
        with pytest.raises(FetchError) as caught:
            visit.get(replica.url + "/api?appId=TOPSECRET&limit=10")
        visit.get(replica.url + "/api?appId=TOPSECRET&limit=10")
    assert "appId=TOPSECRET" in replica.requests[0].target
    assert "TOPSECRET" not in caplog.text + str(caught.value) + repr(caught.value)
    assert str(caught.value).startswith(f"{replica.url}/api?appId=***&limit=10: ")


SECRETS = st.text(st.characters(codec="ascii", exclude_characters="&#", categories=("L", "N", "P", "S")), min_size=8)


@given(SECRETS, st.sampled_from(["appId", "appid", "api_key", "apiKey", "token", "access_token"]))
def test_the_value_of_a_key_never_survives(secret, name):
    assert without_secrets(f"https://a.jp/b?{name}={secret}&c=1") == f"https://a.jp/b?{name}=***&c=1"
    assert without_secrets(f"https://a.jp/b?c=1&{name}={secret}") == f"https://a.jp/b?c=1&{name}=***"


def test_user_and_password_are_removed_and_other_parts_stay():
    assert without_secrets("https://me:pw@a.jp/b?statsDataId=1#x") == "https://a.jp/b?statsDataId=1#x"


@given(st.from_regex(r"https://[a-z]{1,9}\.jp(:[0-9]{2,4})?/[a-z/]{0,9}(\?[a-z]=[0-9])?", fullmatch=True))
def test_rebase_changes_nothing_but_scheme_and_host(url):
    there = urlsplit(rebase(url, "http://127.0.0.1:8000"))
    here = urlsplit(url)
    assert (there.scheme, there.netloc) == ("http", "127.0.0.1:8000")
    assert (there.path, there.query) == (here.path, here.query)


def test_rebase_puts_a_path_of_the_base_in_front():
    assert rebase("https://a.jp/data/x.csv?y=1", "http://mirror.jp/a/") == "http://mirror.jp/a/data/x.csv?y=1"


KEY = Key("appId", SecretStr("a+secret/key"))


class TestKey:
    def test_it_is_in_every_request_and_in_no_address_that_is_handed_back(self, replica):
        with client(key=KEY) as visit:
            reply = visit.get(f"{replica.url}{PATH}?lang=J")
        assert replica.requests[0].target == f"{PATH}?appId=a%2Bsecret%2Fkey&lang=J"
        assert reply.url == f"{replica.url}{PATH}?lang=J"

    def test_it_follows_a_redirect_once_although_the_publisher_repeats_it(self, replica):
        replica.files["/moved.csv"] = b""
        replica.misbehave("/moved.csv", bad.redirect(f"{PATH}?appId=a%2Bsecret%2Fkey&lang=J"))
        with client(key=KEY) as visit:
            reply = visit.get(f"{replica.url}/moved.csv")
        assert replica.requests[1].target == f"{PATH}?appId=a%2Bsecret%2Fkey&lang=J"
        assert "secret" not in reply.url

    def test_a_publisher_that_repeats_it_in_its_answer_is_not_quoted(self, replica):
        replica.files["/echo"] = b'{"appId": "a+secret/key", "url": "?appId=a%2Bsecret%2Fkey"}'
        with client(key=KEY) as visit:
            body = visit.get(f"{replica.url}/echo").body
        assert b"secret" not in body
        assert body.startswith(b'{"appId": "************"')

    def test_words_in_which_a_publisher_repeats_it_in_other_characters_are_free_of_it(self, replica):
        replica.files["/echo"] = b'"your key a+se\\u0063ret/key is wrong"'
        with client(key=KEY, judge=lambda body: (Said.ERROR, json.loads(body))) as visit:
            _, words = visit.get(f"{replica.url}/echo").said
        assert words == "your key ************ is wrong"

    @pytest.mark.parametrize("host", ["example.jp", "10.0.0.1", "127.0.0.1.example.jp"])
    def test_it_is_not_sent_in_clear_text_to_another_machine(self, host):
        with client(key=KEY) as visit, pytest.raises(FetchError, match="sent over https only"):
            visit.get(f"http://{host}/data")

    def test_it_is_in_no_error_and_in_no_picture_of_itself(self, replica):
        replica.misbehave(PATH, *[bad.hang_up] * 4)
        with client(key=KEY) as visit, pytest.raises(FetchError) as caught:
            visit.get(f"{replica.url}{PATH}")
        assert "secret/key" not in f"{caught.value!r} {caught.value} {KEY!r} {caught.value.__cause__}"

    def test_an_api_that_closes_its_door_is_asked_nothing_more(self, replica):
        with client(judge=lambda _: (Said.CLOSED, "wrong key")) as visit:
            for _ in range(2):
                with pytest.raises(UnreachableError, match="wrong key"):
                    visit.get(f"{replica.url}{PATH}")
        assert replica.count(PATH) == 1

    def test_an_apis_own_word_counts_before_the_http_status(self, replica):
        replica.misbehave(PATH, lambda answer, _: answer.send(500, b"wrong"))
        with client(judge=lambda _: (Said.ERROR, "wrong request")) as visit:
            assert visit.get(f"{replica.url}{PATH}").status == 500
        assert replica.count(PATH) == 1
