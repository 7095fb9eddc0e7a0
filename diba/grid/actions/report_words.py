"""What the record calls what is done with profiles, risks, families and personal addresses."""

from django.utils.translation import gettext_lazy as _

from ..models import RiskJudgement, RiskKind

VERBS = {
    "profile.version": _("entered a version of a disease profile"), "profile.in_force": _("put a disease profile in force"),
    "risk.declared": _("said a risk or a contact"), "risk.judged": _("decided about a risk or a contact"), "risk.read": _("read what was said of a risk"),
    "risk.list_read": _("read the list of risks and contacts"), "link.given": _("gave a personal address"),
    "link.revoked": _("revoked a personal address"), "checkin.by_link": _("saved a check-in by a personal address"),
    "consent.given": _("wrote down a guardian's consent"), "consent.withdrawn": _("wrote down that a guardian withdrew"),
    "families.read": _("read the list of families"),
}  # fmt: skip
OBJECTS = {
    "profileversion": _("disease profile"), "riskcontact": _("risk or contact"), "personallink": _("personal address"),
    "guardianconsent": _("guardian's consent"),
}  # fmt: skip
CODES = {**dict(RiskKind.choices), **dict(RiskJudgement.Measure.choices), "on_paper": _("on paper")}
