"""Whether a running process answers: python -m shared.liveness SERVICE web|worker. Light, since it is asked often."""

import http.client
import os
import sys
from collections.abc import Mapping

_SECONDS = 4.0


def answers(service: str, process: str, environ: Mapping[str, str]) -> bool:
    """Whether the web process of this machine is ready (degraded too: the broker is away), or the worker shows metrics.

    A worker may be told to show none (port 0): then nothing can be asked, and it counts as answering.
    """
    setting, path = ("PORT", f"/{service}/readyz") if process == "web" else ("WORKER_METRICS_PORT", "/metrics")
    port = int(environ.get(f"{service.upper()}_{setting}") or 0)
    if not port:
        return process == "worker"
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        link.request("GET", path)
        return link.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1], sys.argv[2], os.environ) else 1)
