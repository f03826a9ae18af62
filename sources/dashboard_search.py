"""Find the code of an indicator of the Statistics Dashboard, to be pinned in ``sources/catalog/dashboard.toml``.

    python -m sources.dashboard_search 合計特殊出生率

One line of CSV for each cycle, regional rank and adjustment in which a matching indicator is offered.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from sources.answers import as_list
from sources.dashboard_answer import read_answer
from sources.fetch_errors import FetchError
from sources.http import Http
from sources.parsed import ParseError
from sources.publishers import publishers

ROOT = "GET_META_INDICATOR_INF"
COLUMNS = ("code", "name", "cycle", "rank", "adjustment", "from", "to", "unit", "statistics")


def found(body: bytes) -> Iterator[tuple[str, ...]]:
    """The offers in an answer of getIndicatorInfo, as ``COLUMNS``; none when no name has the word.

    Raises:
        ParseError: with the API's words when it reports an error, or when this is no answer of that call.
    """
    answer = read_answer(body, ROOT, "getIndicatorInfo")
    if answer.status == "1":
        return
    if answer.status != "0":
        raise ParseError("getIndicatorInfo", f"status {answer.status}: {answer.message}", "change the word or wait")
    for indicator in as_list(answer.content["METADATA_INF"]["CLASS_INF"]["CLASS_OBJ"]):
        for offer in as_list(indicator["CLASS"]):
            kinds = (offer[kind]["@code"] for kind in ("cycle", "RegionalRank", "IsSeasonal"))
            about = (offer.get(field, "") for field in ("@fromDate", "@toDate", "@unit", "@statName"))
            yield indicator["@code"], indicator["@name"], *kinds, *about


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sources.dashboard_search", description=__doc__)
    parser.add_argument("word", metavar="WORD", help="a part of the indicator's Japanese name")
    parser.add_argument("--base-url", default=publishers()["dashboard"].base_url)
    given = parser.parse_args(arguments)
    query = urlencode({"Lang": "JP", "SearchIndicatorWord": given.word})
    try:
        with Http(min_interval=1, deadline=60, max_bytes=2**25) as http:
            reply = http.get(f"{given.base_url}/api/1.0/Json/getIndicatorInfo?{query}")
        offers = list(found(reply.body))
    except (FetchError, ParseError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *offers])
    return 0


if __name__ == "__main__":
    sys.exit(main())
