"""Where sessions lie: Django's own table, read at every request by a statement put together once."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from .actions.statements import One

_session = One(
    lambda key, moment: Session.objects.filter(session_key=key, expire_date__gt=moment),
    Session._meta.get_field("session_key"),
    Session._meta.get_field("expire_date"),
)


class SessionStore(DatabaseStore):
    """Django's sessions in the database. Never cached: a session ended on another process is ended here too."""

    def _get_session_from_db(self):
        found = _session(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
