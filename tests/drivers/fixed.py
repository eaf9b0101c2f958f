#!/usr/bin/env python3
"""The driver as it should be: a session has ended when +QFTPCLOSE says so."""

from logger import main

main(waits_for_close=True)
