"""Prometheus metrics of the messaging core."""

from prometheus_client import Counter, Gauge

SENT = Counter("demandflow_events_sent_total", "Events confirmed by the broker", ["service"])
RETURNED = Counter("demandflow_events_returned_total", "Events the broker could not route or refused", ["service"])
UNSENT = Gauge("demandflow_outbox_unsent", "Events waiting in the outbox", ["service"])
OLDEST_UNSENT = Gauge("demandflow_outbox_oldest_seconds", "Age of the oldest unsent event", ["service"])
RECEIVED = Counter("demandflow_messages_received_total", "Messages taken from a queue", ["service", "queue"])
HELD = Gauge("demandflow_events_held", "Events held behind a gap or for something missing", ["service"])
PARKED = Gauge("demandflow_events_parked", "Parked messages nobody has resolved", ["service"])
