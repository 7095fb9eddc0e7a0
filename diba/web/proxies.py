"""Whom the server believes when he says for whom he asks: the proxies in front of it, and nobody else."""

import ipaddress

from django.core.exceptions import ImproperlyConfigured
from granian.utils.proxies import wrap_wsgi_with_proxy_headers


def named(text):
    """Return the addresses and networks of DIBA_PROXIES, with commas, as strings. Raises ImproperlyConfigured.

    "*" is refused: whoever believes everybody has addresses in the record that anybody may make up.
    """
    proxies = [part.strip() for part in text.split(",") if part.strip()]
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError:
            raise ImproperlyConfigured(
                f"DIBA_PROXIES: {proxy!r} is no address or network, such as 10.1.0.5 or 10.1.0.0/24"
            ) from None
    return proxies


def behind(proxies, application):
    """Return the WSGI application with REMOTE_ADDR as these proxies tell it; without proxies the application itself.

    Of X-Forwarded-For the last address that is not a proxy's counts: what the client wrote there himself stands further
    left. From anyone who is not a proxy the header says nothing.
    """
    return wrap_wsgi_with_proxy_headers(application, proxies) if proxies else application
