#!/usr/bin/env python
"""Django's command line, with one clear line instead of a traceback when the configuration is wrong."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018  (reading it loads the settings)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"viva: {error}")


if __name__ == "__main__":
    main()
