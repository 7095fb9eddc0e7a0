"""The plant, its two trees of units, and the response level it is under."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from treebeard.mp_tree import MP_Node


class Site(models.Model):
    """The plant itself; one row in most installations."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    synthetic = models.BooleanField(_("synthetic"), default=False, help_text=_("Made-up data for a demo or a drill."))
    history = HistoricalRecords()

    def __str__(self):
        return self.name


class UnitKind(models.TextChoices):
    DEPARTMENT = "department", _("department")
    TEAM = "team", _("team")
    BRANCH = "branch", _("branch")
    CELL = "cell", _("cell")


ABOVE = {  # what a unit of each kind may stand below
    UnitKind.DEPARTMENT: (UnitKind.DEPARTMENT,), UnitKind.TEAM: (UnitKind.DEPARTMENT, UnitKind.TEAM),
    UnitKind.BRANCH: (UnitKind.BRANCH,), UnitKind.CELL: (UnitKind.BRANCH,),
}  # fmt: skip


class Unit(MP_Node):
    """A node of one of the two trees: department and team (who works where), branch and cell (who cares for whom)."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    lead = models.ForeignKey(
        "plant.Person", models.PROTECT, verbose_name=_("lead"), related_name="leads", null=True, blank=True
    )
    deputy = models.ForeignKey(
        "plant.Person", models.PROTECT, verbose_name=_("deputy"), related_name="deputises", null=True, blank=True
    )
    history = HistoricalRecords(excluded_fields=["path", "depth", "numchild"])
    node_order_by = ["code"]

    @classmethod
    def add(cls, parent=None, **values):
        """Save a new unit, at the root or below a parent as it stands now in the tree, and return it."""
        if parent is None:
            return cls.objects.add_root(create_kwargs=values)
        return cls.objects.add_child(cls.objects.get(pk=parent.pk), create_kwargs=values)

    def __str__(self):
        return self.name


class Level(models.IntegerChoices):
    """Levels of 《突发公共卫生事件应急条例》 practice: I is the gravest. 0 means no response is in force."""

    NONE = 0, _("no response")
    I = 1, _("Level I")  # noqa: E741
    II = 2, _("Level II")
    III = 3, _("Level III")
    IV = 4, _("Level IV")


class LevelChange(models.Model):
    """One change of the response level. Append-only: the newest that has begun is in force."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="level_changes")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    starts_at = models.DateTimeField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("plant.Account", models.PROTECT, verbose_name=_("decided by"), null=True)
    at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["site", "starts_at"])]

    def __str__(self):
        return f"{self.get_level_display()} {self.starts_at:%Y-%m-%d}"
