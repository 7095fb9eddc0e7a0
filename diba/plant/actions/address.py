"""Where the server listens, and whether somebody listens there already."""

import os
import socket


class NotToBeHad(Exception):
    """An address that cannot be listened on; str() says why."""


def address():
    """Return (host, port) from DIBA_HOST and DIBA_PORT. Raises NotToBeHad."""
    host, port = os.environ.get("DIBA_HOST", "127.0.0.1"), whole("DIBA_PORT", 8000)
    if not 1 <= port <= 65535:
        raise NotToBeHad(f"DIBA_PORT must lie between 1 and 65535, not {port}")
    return host, port


def free_address():
    """Return (host, port), nobody else listening there. Raises NotToBeHad.

    The server shares its port with other processes (SO_REUSEPORT), so that a second plant would answer every other
    request of the first one: a socket that does not share finds out.
    """
    host, port = address()
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
            tried.listen(1)
    except OSError as error:
        raise NotToBeHad(
            f"cannot listen on {host}:{port}: {error.strerror or error}. Another program (another Diba?) may be using it; "
            "stop that one, or choose a port with DIBA_PORT"
        ) from None
    return host, port


def whole(name, otherwise):
    """Return the whole number an environment variable holds. Raises NotToBeHad."""
    try:
        return int(os.environ.get(name, otherwise))
    except ValueError:
        raise NotToBeHad(f"{name} must be a number") from None
