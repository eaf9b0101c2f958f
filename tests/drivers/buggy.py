#!/usr/bin/env python3
"""The driver with a bug that many have: it takes the OK of AT+QFTPCLOSE for the end of the session,
opens the next one at once, and gives up on the +CME ERROR: 603 that it gets."""

from logger import main

main(waits_for_close=False)
