"""`python -m forewarn`."""

import sys

if not sys.flags.safe_path:
    # The current folder, which Python put first: it may be a stranger's knowledge base.
    del sys.path[0]

from forewarn.cli import start

start()
