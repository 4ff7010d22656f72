"""A web server for the page that needs no internet: everything comes from this machine, and nothing is sent anywhere.

Left as it comes, Solara asks a content network for its files, reports its use, looks for a newer version of itself and writes an
identity into the home folder. `quiet` turns all of this off; the policy that `Guarded` sends makes the browser refuse what is left.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any, cast

from data.errors import InputError

__all__ = ["Guarded", "listen", "quiet", "serve"]

HOST = "127.0.0.1"
NOWHERE = f"http://{HOST}:9/"  # nobody answers there; used for files that solara-assets does not have
POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; frame-ancestors 'self'"


@contextmanager
def quiet(title: str) -> Iterator[None]:
    """Settings of Solara while it is imported and runs; what it keeps lies in a temporary folder, which goes at the end."""
    with tempfile.TemporaryDirectory(prefix="asnlab-show-") as folder:
        os.environ |= {
            "SOLARA_APP": "app.web.page",
            "SOLARA_MODE": "production",
            "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
            "SOLARA_TELEMETRY_SERVER_USER_ID": "nobody",
            "SOLARA_ASSETS_CDN": NOWHERE,
            "SOLARA_ASSETS_PROXY": "True",  # the browser asks this server, which has the files of solara-assets
            "SOLARA_HOME": folder,
            "SOLARA_CHECK_HOOKS": "off",  # it finds a fault in Mesa 3.3 that does no harm here
            "SOLARA_SERVER_HTTP_GZIP": "False",  # `Guarded` reads the page
            "SOLARA_THEME_SHOW_BANNER": "False",
            "SOLARA_THEME_TITLE": title,
        }
        # Mesa imports Altair, which asks jsonschema, which would build a grammar of web addresses that nobody here checks: a second.
        cast(dict[str, Any], sys.modules).setdefault("rfc3987_syntax", None)  # None makes an import fail
        yield


def listen(port: int) -> socket.socket:
    """A socket on this machine only; port 0 takes a free one. Raises InputError when the port is taken or not allowed."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
    except OSError as error:
        found.close()
        why = {errno.EADDRINUSE: "in use by another program", errno.EACCES: "not allowed for this user"}
        reason = why.get(error.errno or 0, error.strerror)
        raise InputError(f"port {port}: {reason}; give another with --port, or --port 0 for any that is free") from None
    return found


class Guarded:
    """The server with a content security policy on every answer and the language of the page in its HTML."""

    def __init__(self, app: Any, lang: str) -> None:
        self.app, self.lang = app, lang

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        held: list[Any] = []
        body = b""

        async def guarded(message: Any) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"content-security-policy", POLICY.encode())]
                if (b"content-type", b"text/html; charset=utf-8") in message["headers"]:
                    held.append(message)
                    return
            elif held:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                start, body = held.pop(), body.replace(b"<html>", f'<html lang="{self.lang}">'.encode(), 1)
                kept = [(k, v) for k, v in start["headers"] if k != b"content-length"]
                await send({**start, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
                message = {**message, "body": body}
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def serve(listening: socket.socket, lang: str, ready: Callable[[str], None], closing: Event) -> None:
    """Answer until Ctrl-C. `ready` is called with the address once the page can be opened; `closing` is set before the end."""
    import uvicorn
    from solara.server.starlette import app

    # Solara would rather be in a frame of another page, for which it wants an encrypted connection.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none require https")
    url = f"http://{HOST}:{listening.getsockname()[1]}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready(url)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            closing.set()
            await super().shutdown(sockets)

    # A page that is open keeps its connection: without a limit Ctrl-C would wait for every tab to be closed.
    config = uvicorn.Config(Guarded(app, lang), log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = Server(config)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        if not server.started:
            raise
    if not server.started:
        sys.exit(1)
