"""A client that costs little: keep-alive connections over plain sockets in one thread, in a process of its own.

    python bench/load.py < order      order: {"port", "clients", "requests": [text]} as JSON; prints a JSON answer

With "rate" in the order the requests fall due so many a second, whether earlier ones are answered or not, and a time counts
from when a request fell due: one that waits for a free connection waits for the server.

The answer: "seconds" from first to last, "cpu" seconds of this client, "times" of each request in seconds, "statuses" as
{status: count}.
"""

import json
import selectors
import socket
import sys
import time


def run(port, clients, requests, rate=None):
    """Send every request once, each connection its next one as soon as its answer is there, and with a rate when it is due."""
    todo, waiting, times, statuses = [text.encode() for text in reversed(requests)], selectors.DefaultSelector(), [], {}
    open_now = 0
    for _ in range(min(clients, len(todo))):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(connection, selectors.EVENT_READ, [b"", 0.0])
        open_now += 1
    started, cpu = time.perf_counter(), time.process_time()
    idle, total = list(waiting.get_map().values()), len(requests)
    while open_now:
        while idle and todo and (rate is None or started + (total - len(todo)) / rate <= time.perf_counter()):
            _send(idle.pop(), todo, started + (total - len(todo)) / rate if rate else None)
        for key in idle if not todo else ():
            waiting.unregister(key.fileobj)
            key.fileobj.close()
            open_now -= 1
        idle = idle if todo else []
        due = max(0.0, started + (total - len(todo)) / rate - time.perf_counter()) if rate and idle and todo else None
        for key, _ in waiting.select(due) if open_now else ():
            status = _read(key)
            if status is None:
                continue
            times.append(time.perf_counter() - key.data[1])
            statuses[status] = statuses.get(status, 0) + 1
            idle.append(key)
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu,
            "times": times, "statuses": statuses}  # fmt: skip


def _send(key, todo, due):
    key.data[:] = b"", due or time.perf_counter()
    key.fileobj.sendall(todo.pop())


def _read(key):
    """Return the status once the whole answer is there, else None."""
    piece = key.fileobj.recv(1 << 16)
    if not piece:
        raise ConnectionError("the server closed a connection")
    answer = key.data[0] = key.data[0] + piece
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return None
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    if len(body) < int(lengths[0]):
        return None
    return int(head[9:12])


if __name__ == "__main__":
    json.dump(run(**json.load(sys.stdin)), sys.stdout)
