"""The one command: `diba VERB ...` is the management command of that name."""

import os
import sys

# `check` is Django's own word for something narrower; the plant's doctor lives in `doctor`.
RENAMED = {"check": "doctor"}


def main() -> None:
    """Run the verb given on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diba.web.settings")
    argv = ["diba", *sys.argv[1:]]
    if len(argv) > 1:
        argv[1] = RENAMED.get(argv[1], argv[1])
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)


if __name__ == "__main__":
    main()
