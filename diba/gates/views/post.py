"""The guard's page: a shell without any data, its manifest and its service worker; everything else the device brings along."""

import hashlib
import json
from functools import lru_cache

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

BUILD = settings.BASE_DIR / "web" / "static" / "build"
ENTRY = "src/gate/post.ts"


@require_GET
@csp_update({"script-src": ["'wasm-unsafe-eval'"]})  # the reader of QR codes is WebAssembly; this page alone has it
def shell(request):
    """Show the page. It is the same for everybody: no session is read, nothing of the plant is in it."""
    entry = files()["entry"]
    said = {"script": static(entry["script"]), "styles": [static(name) for name in entry["styles"]]}
    # Without the request: no context of an account can slip into a page that a device keeps for days.
    return HttpResponse(render_to_string("gates/post.html", said), headers={"Cache-Control": "no-cache"})


@require_GET
def manifest(request):
    """Return what makes the page installable: name, icon, night colours."""
    scope = reverse("gates:post")
    icon = {"src": static("build/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    said = {
        "id": scope, "start_url": scope, "scope": scope, "name": "堤坝卡口", "short_name": "卡口", "lang": "zh-Hans",
        "display": "standalone", "orientation": "any", "background_color": "#0a1116", "theme_color": "#0a1116", "icons": [icon],
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")


@require_GET
def service_worker(request):
    """Return the service worker with the list of what it keeps: the page first, the scanner once the page runs."""
    known = files()
    first = [static(name) for name in known["first"]] + [reverse("gates:post_manifest"), reverse("gates:post_copying")]
    said = {"shell": reverse("gates:post"), "first": first, "scanner": [static(name) for name in known["scanner"]]}
    said["version"] = _version(json.dumps(said))
    source = f"const FILES = {json.dumps(said)};\n{(BUILD / 'gate-sw.js').read_text()}"
    return HttpResponse(source, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_GET
def copying(request):
    """Return the worker that writes the copy of what waits. It lies beside the page: else no service worker would have it."""
    source = (BUILD / "gate-copying.js").read_text()
    return HttpResponse(source, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _version(names):
    """Return a word that changes with any file: names of built ones carry their content, the others are read."""
    plain = b"".join((BUILD / name).read_bytes() for name in ("icons.svg", "mark.svg", "gate-sw.js", "gate-copying.js"))
    template = (settings.BASE_DIR / "gates" / "templates" / "gates" / "post.html").read_bytes()
    return hashlib.sha256(names.encode() + plain + template).hexdigest()[:16]


@lru_cache(maxsize=1)
def files():
    """Return {entry, first, scanner} of the build: static names of what the page needs at once, and of what reads codes."""
    built = json.loads((BUILD / "manifest.json").read_text())
    entry = built[ENTRY]
    at_once = [entry["file"], *entry.get("css", ()), *(built[name]["file"] for name in entry.get("imports", ()))]
    later = [built[name]["file"] for name in entry.get("dynamicImports", ())] + list(entry.get("assets", ()))
    return {
        "entry": {"script": f"build/{entry['file']}", "styles": [f"build/{name}" for name in entry.get("css", ())]},
        "first": [f"build/{name}" for name in (*at_once, "icons.svg", "mark.svg")],
        "scanner": [f"build/{name}" for name in later],
    }
