"""What every command does first that starts sidecars."""

import os
import signal
import sys


def begin():
    """Ends the command where it may not make cgroups; sees to it that what it starts is ended with it."""
    if os.geteuid():
        sys.exit("needs root: it makes cgroups")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
