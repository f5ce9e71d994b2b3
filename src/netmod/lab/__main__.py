"""The process of a lab that runs in the background; started by `netmod.lab.start` alone."""

import sys

from netmod.lab.worker import serve

if __name__ == "__main__":
    sys.exit(serve(sys.stdin.buffer, sys.stdout.buffer))
