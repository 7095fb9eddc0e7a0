"""Log lines as JSON, a line each, with ids in place of names and numbers."""

import json
import logging
from datetime import UTC, datetime

EXTRA = ("event", "account", "job", "tick", "path", "status", "milliseconds", "reason", "count")


class Line(logging.Formatter):
    """One JSON object a line. Only the fields named in EXTRA pass: a personal value has no way in."""

    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
