"""The gallery: small operators, each broken in one way that is met in real ones, and conforming ones of many kinds.

They show that the suite convicts and acquits rightly, and they let users rehearse the reading of a report. All are
variations on one operator written on the standard library alone, independent of the mock.
"""

from mockserver.gallery.base import Operator
from mockserver.gallery.catalogue import entries
from mockserver.gallery.entry import Entry
from mockserver.gallery.serving import Server, find, listing, run, running, serve

__all__ = ["Entry", "Operator", "Server", "entries", "find", "listing", "run", "running", "serve"]
