"""The questions of the analysts' guide: each query with the answer that is printed below it.

`python -m tests.guide <file>` writes the answers of both pages anew from a published warehouse.
"""

import re
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = {"en": DOCS / "analysts.md", "ja": DOCS / "analysts.ja.md"}
_ASKED = re.compile(r"^```sql\n(?P<query>.*?)^```\n(?:\n(?P<answer>(?:\|[^\n]*\n)+))?", re.MULTILINE | re.DOTALL)


def asked(lang):
    """Every query of a page, and its printed answer; empty where the page prints none."""
    return [(m["query"].strip(), (m["answer"] or "").strip()) for m in _ASKED.finditer(_text(lang))]


def answer(connection, query):
    """The rows of a query as a Markdown table, each cell as DuckDB prints it."""
    found = connection.execute(query)
    rows = [[name for name, *_ in found.description], *([_cell(cell) for cell in row] for row in found.fetchall())]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def _cell(value):
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return "NULL" if value is None else str(value).replace("|", "\\|")


def _text(lang):
    return GUIDE[lang].read_text(encoding="utf-8")


def _rewritten(connection, lang):
    def anew(found):
        table = f"\n{answer(connection, found['query'])}\n" if found["answer"] else ""
        return f"```sql\n{found['query']}```\n{table}"

    return _ASKED.sub(anew, _text(lang))


if __name__ == "__main__":
    import duckdb

    with duckdb.connect(sys.argv[1], read_only=True) as warehouse:
        for lang, page in GUIDE.items():
            page.write_text(_rewritten(warehouse, lang), encoding="utf-8")
