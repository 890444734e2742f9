"""Connections to the broker: parameters, start-up checks, quiet logging."""

import logging
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.adapters.select_connection import SelectConnection

HEARTBEAT_SECONDS = 15
BLOCKED_SECONDS = 30


def silence_pika() -> None:
    """pika logs message bodies on returned publishes and stack traces on lost links; we log those ourselves."""
    logger = logging.getLogger("pika")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False


def parameters(url: str) -> pika.URLParameters:
    """Connection parameters with every time-out set; pika's own defaults wait for ever on a blocked broker."""
    result = pika.URLParameters(url)
    result.heartbeat = HEARTBEAT_SECONDS
    result.blocked_connection_timeout = BLOCKED_SECONDS
    result.socket_timeout = 10
    result.stack_timeout = 15
    result.connection_attempts = 1
    return result


def connect(url: str) -> pika.BlockingConnection:
    """A new blocking connection; belongs to the thread that made it."""
    silence_pika()
    return pika.BlockingConnection(parameters(url))


def lets_in(url: str) -> bool:
    """Whether the broker that answers at this address knows the account."""
    try:
        connection = connect(url)
    except pika.exceptions.AMQPError:
        return False
    drop(connection)
    return True


def drop(connection: pika.BlockingConnection | SelectConnection) -> None:
    """End a connection by dropping its socket.

    The orderly close cancels the consumer first, and the broker then hands unacknowledged messages on out of
    order; a lost socket keeps their order. pika has no public way to do so: its transport's abort() only asks
    the loop, which nobody runs any more, and the broker would wait for two heartbeats to miss.
    """
    link: Any = getattr(connection, "_impl", connection)
    try:
        if link._transport is not None:
            link._transport._sock.close()
        link.ioloop.close()
    except Exception:  # noqa: BLE001 - whatever is left of the connection, it is being thrown away
        return


def channel(connection: pika.BlockingConnection, prefetch: int) -> BlockingChannel:
    """A channel with its prefetch set before anything is consumed."""
    result = connection.channel()
    result.basic_qos(prefetch_count=prefetch)
    return result
