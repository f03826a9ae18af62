"""The ``kpi`` command with another catalog than the project's own, as publishers on loopback need it.

    python -m tests.publishers.kpi CATALOG run

No setting moves the catalog: it belongs to the code, and what a night may accept is no matter of an environment.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sources import publishers


def main() -> None:
    """Read the catalog in the folder named first; all further arguments are those of ``kpi``."""
    publishers.CATALOG_DIR = Path(sys.argv.pop(1)).resolve()
    from flows import cli  # only now: whoever imports the name of the folder must find this one

    cli.main()


if __name__ == "__main__":
    main()
