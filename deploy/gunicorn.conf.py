"""The web server, by the environment: BIND, WEB_PROCESSES, WEB_THREADS (see env.example)."""

import os
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 30
keepalive = 75  # Longer than the proxy keeps its connections, so that it never meets a closed one.
max_requests = 10_000
max_requests_jitter = 1_000
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
forwarded_allow_ips = "*"  # Django itself decides how far to believe a proxy: TRUSTED_PROXIES.


def child_exit(_server: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
