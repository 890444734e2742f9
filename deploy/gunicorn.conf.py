"""Gunicorn's settings, the same for every service; DEMANDFLOW_SERVICE says which one it is."""

import logging
import os

from shared.logging import configure

service = os.environ["DEMANDFLOW_SERVICE"]

bind = f"{os.environ.get('DEMANDFLOW_BIND', '127.0.0.1')}:{os.environ[f'{service.upper()}_PORT']}"
workers = int(os.environ.get("DEMANDFLOW_WEB_WORKERS", "1"))
threads = int(os.environ.get("DEMANDFLOW_WEB_THREADS", "4"))
worker_class = "gthread"
graceful_timeout = 8
timeout = 30
keepalive = 5
accesslog = None  # our own line says the same without addresses that may hold personal data
control_socket_disable = True  # two services under one HOME would share it
forwarded_allow_ips = os.environ.get("DEMANDFLOW_PROXY_IPS", "127.0.0.1")
limit_request_line = 4094
limit_request_fields = 60


def on_starting(server: object) -> None:
    """One JSON object per line, gunicorn's own messages included."""
    configure(service)
    logger = logging.getLogger("gunicorn.error")
    logger.handlers, logger.propagate = [], True
