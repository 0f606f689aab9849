"""``python -m symprop``, and the entry of the installed command."""

import sys


def run() -> int:
    """Run the command; Ctrl-C while it still loads ends it as quietly as later on."""
    try:
        from symprop.cli.main import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
