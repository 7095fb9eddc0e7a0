"""The guard's page: a shell without any data, its manifest and its service worker; everything else the device brings along."""

from django.http import JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET


@require_GET
def manifest(request):
    """Return what makes the page installable: name, icon, night colours."""
    scope = reverse("gates:post_manifest").removesuffix("manifest.webmanifest")
    icon = {"src": static("build/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    said = {
        "id": scope, "start_url": scope, "scope": scope, "name": "堤坝卡口", "short_name": "卡口", "lang": "zh-Hans",
        "display": "standalone", "orientation": "any", "background_color": "#0a1116", "theme_color": "#0a1116", "icons": [icon],
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")
