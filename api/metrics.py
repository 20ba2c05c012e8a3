"""Figures for Prometheus: requests of all web processes, and what waits in the store.

Several processes count into files of one folder (``PROMETHEUS_MULTIPROC_DIR``, which :mod:`api.serve` sets);
without it, a process tells of itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from api.store.backlog import Backlog, read_backlog
from api.v1.service import Service, service

__all__ = ["FOLDER_VARIABLE", "install_metrics"]

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
REQUESTS = Counter("sunrota_http_requests", "Requests answered.", ["method", "endpoint", "status"])
SECONDS = Histogram("sunrota_http_request_seconds", "Seconds until an answer.", ["endpoint"], buckets=BUCKETS)


def install_metrics(app: Flask) -> None:
    """Count every request, and serve ``/metrics``."""

    def begin() -> None:
        g.begun = time.perf_counter()

    # Before all else: what is refused is counted too.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(_count)

    @app.route("/metrics")
    def metrics() -> Response:
        return Response(_exposition(service()), content_type=CONTENT_TYPE_LATEST)


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(request.method, endpoint, str(response.status_code)).inc()
    SECONDS.labels(endpoint).observe(time.perf_counter() - g.begun)
    return response


def _exposition(parts: Service) -> bytes:
    waiting = CollectorRegistry()
    waiting.register(_Waiting(read_backlog(parts.store, within_seconds=parts.config.worker_silence_seconds)))
    counted = REGISTRY
    if FOLDER_VARIABLE in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + generate_latest(waiting)


class _Waiting(Collector):
    """What the store says."""

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        runs = GaugeMetricFamily("sunrota_runs", "Runs kept, by status.", labels=["status"])
        for status, count in self._backlog.runs.items():
            runs.add_metric([status], count)
        yield runs
        for name, meaning, value in (
            ("workers", "Workers that live.", self._backlog.workers),
            ("longest_wait_seconds", "How long the oldest waiting run waits.", self._backlog.longest_wait),
            ("webhook_deliveries_pending", "Messages to be delivered.", self._backlog.deliveries),
            ("changes", "Number of the newest change of a published shift.", self._backlog.changes),
        ):
            yield GaugeMetricFamily(f"sunrota_{name}", meaning, value)
