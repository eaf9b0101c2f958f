"""Serves a folder by FTP on the listening socket that is its standard input.

Arguments: the folder; "plain", "explicit" or "implicit"; a file with the key and the certificate.
"""

import os
import socket
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

root, security, certificate = sys.argv[1:]


class Explicit(TLS_FTPHandler):
    certfile = certificate
    tls_control_required = True
    tls_data_required = True


class Implicit(Explicit):
    """TLS comes before the greeting."""

    def handle(self):
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self):
        super().handle()


handler = {"plain": FTPHandler, "explicit": Explicit, "implicit": Implicit}[security]
handler.authorizer = DummyAuthorizer()
handler.authorizer.add_user("test", "secret", root, perm="elradfmwMT")

# pyftpdlib takes descriptor 0 for none at all.
listener = socket.socket(fileno=os.dup(0))
FTPServer(listener, handler).serve_forever()
