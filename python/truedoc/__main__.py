"""The command `truedoc`, and `python -m truedoc`."""

import signal
import sys

from truedoc import _truedoc


def main():
    """Does what the arguments of the command line say; gives the exit status."""
    # A handler of Python's would wait until Python code runs again, which is at the very end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _truedoc.main(["truedoc"] + sys.argv[1:], sys.executable, _truedoc.__file__)


if __name__ == "__main__":
    sys.exit(main())
