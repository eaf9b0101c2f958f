"""Serves a folder by FTP on the listening socket that is its standard input.

Arguments: the folder, and "plain".
"""

import os
import socket
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

root, security = sys.argv[1:]

handler = {"plain": FTPHandler}[security]
handler.authorizer = DummyAuthorizer()
handler.authorizer.add_user("test", "secret", root, perm="elradfmwMT")

# pyftpdlib takes descriptor 0 for none at all.
listener = socket.socket(fileno=os.dup(0))
FTPServer(listener, handler).serve_forever()
