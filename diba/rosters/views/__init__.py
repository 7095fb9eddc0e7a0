"""The pages of the roster desk, a file a subject."""

from diba.plant.models import Role

READERS = (Role.PLANNER, Role.DUTY_OFFICER)
