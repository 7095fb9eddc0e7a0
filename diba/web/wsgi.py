"""The door for the web server."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from diba.web.proxies import behind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diba.web.settings")
application = get_wsgi_application()
application = behind(settings.PROXIES, application)

# The modules live as long as the process: without them the collector has little to walk through. Measured: its full
# pass stopped every ninth board for 50 ms.
gc.collect()
gc.freeze()

if os.environ.get("DIBA_WORKER") == "inside":
    # The demo: one process serves the pages and does the background work.
    from django.utils.module_loading import import_string

    import_string("diba.plant.actions.jobs.Worker")().start()
