#!/usr/bin/env python
"""Run a management command against Dayaq's database, starting the embedded one if need be."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from config.shared import embedded

    try:
        with embedded.running_when_needed(settings.DATABASES["default"]):
            execute_from_command_line(sys.argv)
    except embedded.EmbeddedUnavailable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
