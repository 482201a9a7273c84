"""`cyclorama studio`: serve the studio page."""

from __future__ import annotations

import socket
import threading
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cyclorama import settings as settings_
from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from cyclorama.settings import Settings


def studio(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one.", show_default="8000")] = None,
    data: Annotated[str | None, typer.Option(help="Folder for backgrounds and keys.")] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the studio in the browser.")] = False,
) -> None:
    """Start the studio: http://localhost:8000."""
    # Half a second that no other command needs.
    import uvicorn

    from cyclorama.server import creator, logs
    from cyclorama.server.app import create_app
    from cyclorama.server.connection import Connection

    settings = settings_.load(host=host, port=port, data=data, log_level=log_level)
    logs.configure(settings.log_level)
    app = create_app(settings)
    listener = _listen(settings)
    link = _link(settings, listener.getsockname()[1], creator.key(settings))
    Console(highlight=False, soft_wrap=True).print(f"Cyclorama studio: [bold]{link}[/]  (Ctrl+C stops it)")
    if open_browser:
        threading.Timer(1, webbrowser.open, (link,)).start()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        http=Connection,
        ws_ping_interval=5,
        ws_ping_timeout=10,
        ws_max_size=65_536,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Unavailable(
            f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}. "
            "Stop what uses it, or choose another with --port."
        ) from error
    return listener


def _link(settings: Settings, port: int, key: str | None) -> str:
    host = "localhost" if settings.host in settings_.LOOPBACK else settings.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/" + (f"#key={key}" if key else "")
