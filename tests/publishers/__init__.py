"""Publishers on loopback: a real HTTP server that serves files as a publisher would, and misbehaves on request."""

from tests.publishers.replica import Replica, Request

__all__ = ["Replica", "Request"]
