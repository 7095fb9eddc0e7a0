"""The devices and machines at the gates: enrolled, revoked, read back; and the key their lists are signed with."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.core.gating import Limits
from diba.plant import actions as plant

from ..actions import bringing, machines, signing
from ..actions import devices as device_actions
from ..actions import passes as pass_actions
from ..actions.paper import APP
from ..forms.office import BringForm, CodeForm, MachineForm, RotateForm
from ..forms.styled import put_on
from ..models import Device, Scope, SigningKey
from .drawn import code
from .office import KEEPERS

KEY_DIGITS = 12  # by which a key is named
CLOCK = Limits().clock  # s; a clock that is off by more is wrong
YEAR = 365 * 86400  # s; by how much a clock that is off by more does not matter
SPANS = (  # below how many s a span is said in which unit of how many s: so no unit is said of less than two of it
    (120, lambda: _("%(n)s s"), 1), (2 * 3600, lambda: _("%(n)s min"), 60), (2 * 86400, lambda: _("%(n)s h"), 3600),
    (YEAR + 1, lambda: _("%(n)s d"), 86400),
)  # fmt: skip
OLD_KEY_DAYS = 30  # proposed: so long passes of an old key stay good


@plant.allow(*KEEPERS, whole=True)
@require_http_methods(["GET", "POST"])
def devices(request):
    """The devices at the gates; a new one's code and a machine's token are shown this once."""
    step = request.POST.get("do", "code") if request.method == "POST" else ""
    form = CodeForm(request.POST if step == "code" else None)
    machine = MachineForm(request.POST if step == "machine" else None, prefix="machine")
    key, made, token = signing.current(), None, None
    rotate = RotateForm(
        request.POST if step == "key" else None, prefix="key",
        initial={"was": key.public[:KEY_DIGITS], "until": plant.today() + timedelta(days=OLD_KEY_DAYS)},
    )  # fmt: skip
    if step == "key" and rotate.is_valid() and _rotated(request, rotate):
        return redirect("gates:devices")
    if step == "code" and form.is_valid():
        row, secret = device_actions.make_code(form.cleaned_data["gate"], by=request.user)
        address = request.build_absolute_uri("/gates/post/") + f"#enrol={secret}"
        made = {"row": row, "address": address, "code": code(address), "secret": secret}
    if step == "machine" and machine.is_valid():
        token = machines.make_token(**machine.cleaned_data, by=request.user)
    limit = plant.now() - device_actions.SILENT
    rows = (
        Device.objects.exclude(app=APP)
        .select_related("gate", "machine", "by__person")
        .order_by("revoked_at", "gate__code", "id")
    )
    behind = {row.pk: signing.speaks(row.key) for row in device_actions.uninformed()}
    shown = [(row, _state(row, limit), _age(row.lists_at), _clock(row)) for row in rows]
    live = [each for each in shown if not each[0].revoked_at]
    answer = render(request, "gates/devices.html", {
        "form": form, "made": made, "machine": machine, "token": token, "scopes": dict(Scope.choices),
        "rows": live, "revoked": [each for each in shown if each[0].revoked_at], "silent": sum(row.heard_at < limit for row, *_more in live),
        "wrong": sum(abs(row.drift) > CLOCK for row, *_more in live),
        "key": key, "rotate": rotate, "behind": behind, "old_keys": _old_keys(key),
    })  # fmt: skip
    answer["Cache-Control"] = "no-store, private"
    return answer


def _rotated(request, form):
    try:
        signing.rotate(form.moment(), by=request.user, instead_of=form.cleaned_data["was"])
    except BadInput as error:
        put_on(form, error)
        return False
    messages.success(request, _("A new key signs from now on. Each device learns it at its next contact."))
    return True


def _old_keys(key):
    """Return [(key, how many good passes it signed)] of those whose passes still open a gate."""
    rows = SigningKey.objects.exclude(pk=key.pk).filter(passes_until__gt=plant.now())
    return [(row, row.n) for row in rows.annotate(n=Count("passes", filter=pass_actions.good(plant.now(), "passes__")))]


@plant.allow(*KEEPERS, whole=True)
@require_http_methods(["GET", "POST"])
def device_file(request):
    """Read back the file of a device that cannot send."""
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _brought(request, form.cleaned_data["file"], form.cleaned_data["device"])
        except BadInput as error:
            put_on(form, error)
        else:
            return redirect("gates:devices")
    return render(request, "gates/device_file.html", {"form": form})


def _brought(request, file, chosen):
    if file.size > bringing.LARGEST:
        raise BadInput("too_large", "file")
    told = bringing.opened(file.read())
    device = bringing.device_in(told) or chosen
    if device is None:
        raise BadInput("whose", "device")
    if chosen and chosen != device:
        raise BadInput("other_device", "device")
    found = bringing.bring(device, told, by=request.user)
    said = _(
        "Read: %(kept)s new lines, %(again)s that were there already, %(unreadable)s that wait as open items, %(handovers)s hand-overs."
    )
    messages.success(request, said % found._asdict())
    if found.open:
        messages.warning(
            request,
            _("%(open)s people were judged on it and not settled: ask the guard what became of them.")
            % found._asdict(),
        )


def _state(row, limit):
    if row.revoked_at:
        return "off", pgettext("device", "revoked")
    if row.heard_at < limit:
        return "now", _("not heard of")
    if abs(row.drift) > CLOCK:
        return "warn", _("clock wrong")
    return "ok", _("heard of")


def _clock(row):
    """Return in words how far a device's clock is off; "—" for a machine, which says nothing of its own."""
    off = abs(row.drift)
    if row.key_id is None:
        return "—"
    if off > YEAR:
        return _("clock not set")
    if not off:
        return pgettext("clock", "right")
    words, length = next((words, length) for most, words, length in SPANS if off < most)
    span = words() % {"n": round(off / length)}
    return (_("%(span)s fast") if row.drift > 0 else _("%(span)s slow")) % {"span": span}


def _age(moment):
    """Return how many hours old a device's lists are, or None before the first."""
    return int((plant.now() - moment).total_seconds() // 3600) if moment else None


@plant.allow(*KEEPERS, whole=True)
@require_POST
def device_revoke(request, pk):
    row = get_object_or_404(Device, pk=pk)
    if device_actions.revoke(row, by=request.user):
        messages.success(request, _("Revoked: the device gets no lists and writes no crossing any more."))
    return redirect("gates:devices")
