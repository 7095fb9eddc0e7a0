"""The door for the web server."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from diba.web.collecting import between_answers
from diba.web.proxies import behind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diba.web.settings")
application = get_wsgi_application()
application = behind(settings.PROXIES, application)

between_answers()

if os.environ.get("DIBA_WORKER") == "inside":
    # The demo: one process serves the pages and does the background work.
    from django.utils.module_loading import import_string

    import_string("diba.plant.actions.jobs.Worker")().start()
