"""Turns a cluster into verdicts. What goes wrong on the way is logged, never printed."""

import logging

logging.getLogger(__name__).addHandler(logging.NullHandler())
