"""`cyclorama studio`: serve the studio page."""

from __future__ import annotations

import socket
import threading
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cyclorama import settings as settings_
from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from cyclorama.server.tls import Certificate
    from cyclorama.settings import Settings


def studio(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one.", show_default="8000")] = None,
    data: Annotated[str | None, typer.Option(help="Folder for backgrounds and keys.")] = None,
    tls_cert: Annotated[str | None, typer.Option(help="TLS certificate chain (PEM), for HTTPS.")] = None,
    tls_key: Annotated[str | None, typer.Option(help="Its private key (PEM).")] = None,
    tls_self_signed: Annotated[
        bool | None,
        typer.Option(
            "--tls-self-signed",
            help="HTTPS with a certificate of our own making, for a phone on the same network.",
            show_default=False,
        ),
    ] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the studio in the browser.")] = False,
) -> None:
    """Start the studio: http://localhost:8000."""
    # Half a second that no other command needs.
    import uvicorn

    from cyclorama.cli.links import links
    from cyclorama.server import creator, logs, tls
    from cyclorama.server.app import create_app
    from cyclorama.server.connection import Connection

    settings = settings_.load(
        host=host,
        port=port,
        data=data,
        tls_cert=tls_cert,
        tls_key=tls_key,
        tls_self_signed=tls_self_signed,
        log_level=log_level,
    )
    certificate = tls.certificate(settings)
    context = certificate.context() if certificate else None
    logs.configure(settings.log_level)
    app = create_app(settings)
    listener = _listen(settings)
    link, elsewhere = links(settings, listener.getsockname()[1], creator.key(settings), certificate)
    _tell(link, elsewhere, certificate)
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
    config.load()
    config.ssl = context
    uvicorn.Server(config).run(sockets=[listener])


def _tell(link: str, elsewhere: list[str], certificate: Certificate | None) -> None:
    # emoji: a fingerprint may have :CD: in it
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    console.print(f"Cyclorama studio: [bold]{escape(link)}[/]  (Ctrl+C stops it)")
    for each in elsewhere:
        console.print(f"On your network:  [bold]{escape(each)}[/]")
    if certificate and certificate.self_signed:
        console.print(
            "The browser will warn, once: nobody that it knows vouches for this server, whose certificate is "
            "of our own making. Go on (Advanced, Proceed; on an iPhone: Show Details, visit this website) if "
            f"the certificate that it shows has this SHA-256 fingerprint:\n{certificate.fingerprint}"
        )
    elif elsewhere and not certificate:
        console.print(
            "Other devices can watch, but browsers give no camera to a page without HTTPS. "
            "For a studio on a phone, start with --tls-self-signed."
        )


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named; else each waits some 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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
