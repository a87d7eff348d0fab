"""How many connections this process can have: the system counts each as an open file."""

from __future__ import annotations

import contextlib

_OWN_FILES = 64  # of the process itself: listening, logging, Redis, what is read for a moment


def room_for(connections: int) -> int:
    """As many connections as wanted, or as the system allows; its soft limit is raised as far as that takes."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - _OWN_FILES))
