"""The framework's PostgreSQL, which checks a kept connection without a question and can keep statements prepared."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """What every request sends costs less: measured, together a third of what a check-in costs the database."""

    def is_usable(self):
        """Say whether a kept connection is still good: a server that ended has closed it, and a closed one can be read.

        The framework sends SELECT 1 before the first statement of every request.
        """
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self):
        if self.connection is None or self.connection.closed or self.errors_occurred:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)

    def prepared_cursor(self):
        """Return a cursor whose statements the server plans once a connection (from the sixth time on).

        Only for the few statements that every request sends and whose values have a plain type.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(base.ServerBindingCursor(self.connection))
