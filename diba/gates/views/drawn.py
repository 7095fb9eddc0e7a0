"""QR codes drawn as SVG without style or script."""

import segno
from django.utils.safestring import mark_safe


def code(text, scale=4):
    """Return the QR code of a text: an address, or a pass in capital letters, which makes a small one."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=scale, border=4, omitsize=True, svgclass="db-qr", lineclass=None
    )
    return mark_safe(drawn)
