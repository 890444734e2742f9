"""The messaging core: outbox and relay, gate and consumer, topology, digests and resend; the only importer of pika."""
