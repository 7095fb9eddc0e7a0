"""Log lines as JSON, a line each, with ids in place of names and numbers."""

import json
import logging
import re
from datetime import UTC, datetime

NUMBER = re.compile(r"<int:(\w+)>")
# Who asked for these, and about whom, would tell of somebody's health for as long as the log is kept.
HEALTH = {
    "plant:absence",
    "plant:absences",
    "plant:close_health",
    "plant:open_health",
    "rosters:finding",
    "rosters:stay",
}
HEALTH_DESKS = {"grid"}
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
        if (request := getattr(record, "request", None)) is not None and getattr(request, "path", ""):
            line["message"] = line["message"].replace(request.path, address_of(request))
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def address_of(request):
    """Return a request's address for the log: its route with the numbers in it, without them where it is about health.

    Words stay out everywhere: a personal address is one, and opens without an account.
    """
    found = request.resolver_match
    if found is None:
        return f"/{request.path.strip('/').partition('/')[0]}/…"
    if of_health(request):
        return "/" + found.route
    return "/" + NUMBER.sub(lambda each: str(found.kwargs.get(each[1], each[0])), found.route)


def of_health(request):
    """Say whether a request is for a page of somebody's health: the log names then neither who asked nor whom it was about."""
    found = request.resolver_match
    return found is not None and (found.view_name in HEALTH or not HEALTH_DESKS.isdisjoint(found.app_names))
