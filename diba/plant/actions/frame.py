"""What the frame of every page shows to the person who is signed in."""

from ..models import Role
from . import register
from .access import has_role, roles_of, whole_plant
from .clock import now
from .desks import desks_for
from .telling import task_count, unread_count


def frame(request):
    """Return site, level, clock, rail, counts and the phone's tabs for one request."""
    account, moment = request.user, now()
    level = register.level_at(moment)
    app = request.resolver_match.app_name if request.resolver_match else ""  # none on an address that does not exist
    desks = [
        {
            "desk": desk,
            "current": desk.is_at(app, request.path_info),
            "count": desk.count(account) if desk.count else None,
        }
        for desk in desks_for(account)
    ]
    return {
        "site": register.site(),
        "level": level if level and level.level else None,
        "level_day": (moment.date() - level.starts_at.astimezone(moment.tzinfo).date()).days + 1 if level else 0,
        "now": moment,
        "desks": desks,
        "todo_count": task_count(account),
        "unread_count": unread_count(account),
        "role_words": [Role(role).label for role in sorted(roles_of(account), key=lambda role: role == Role.EMPLOYEE)],
        "on_phone": bool(account.person_id),
        "is_planner": whole_plant(account, Role.PLANNER),
        "of_whole_plant": whole_plant(account, Role.PLANNER, Role.DUTY_OFFICER),
        "reads_cases": has_role(account, Role.HEALTH_OFFICER, Role.DUTY_OFFICER),
        "sees_responses": has_role(account, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.AUDITOR),
        "reviews_openings": has_role(account, Role.HEALTH_OFFICER, Role.AUDITOR),
        "gives_accounts": has_role(account, Role.ADMINISTRATOR),
        "reads_record": has_role(account, Role.AUDITOR),
        "is_lead": has_role(account, Role.CELL_LEAD),
    }
