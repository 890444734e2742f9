"""A whole department in one file, pika only: it accepts what it leads, plans it, does the work, hands in the result.

    python docs/examples/department.py amqp://dept-TEC:<password>@localhost:5672/ TEC

The address is what `demandflow department add TEC --queue` prints. Put your own software where `work` is.
"""

import json
import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pika


def main(url: str, code: str) -> None:
    """Take work until the process is ended; what was taken and not acknowledged comes again."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()  # publishing returns once the broker has it
    channel.basic_qos(prefetch_count=10)
    waiting: dict[str, tuple[str, list[tuple[str, dict[str, Any]]]]] = {}

    def command(number: str, steps: list[tuple[str, dict[str, Any]]]) -> None:
        """Send the first step; the others follow when it is answered."""
        if not steps:
            return
        (verb, body), rest = steps[0], steps[1:]
        command_id = str(uuid.uuid4())  # a command that is sent again with its id is done once
        waiting[command_id] = (number, rest)
        channel.basic_publish(
            "demandflow.commands",
            f"{code}.{verb}",
            json.dumps({"id": command_id, "demand": number, **body}, ensure_ascii=False).encode(),
            pika.BasicProperties(content_type="application/json", delivery_mode=2, user_id=f"dept-{code}"),
            mandatory=True,
        )

    def on_message(_channel: Any, method: Any, _properties: Any, raw: bytes) -> None:
        event = json.loads(raw)
        kind, data = event["type"], event["data"]
        if kind == "demandflow.work.offered.v1" and data["part"] == "lead":
            print(f"offered   {data['number']}: {data['description'][:40]}", flush=True)
            command(data["number"], work(data))
        elif kind == "demandflow.work.accepted.v1" and data["command_id"] in waiting:
            number, rest = waiting.pop(data["command_id"])
            print(f"done      {number}: {data['verb']}, {data['status']['label']}", flush=True)
            command(number, rest)
        elif kind == "demandflow.work.refused.v1" and data["command_id"] in waiting:
            number, _ = waiting.pop(data["command_id"])
            print(f"refused   {number}: {data['verb']}, {data['problem'].get('detail')}", flush=True)
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(f"department.{code}", on_message)
    channel.start_consuming()


def work(offer: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What this department does about a demand: steps {verb, body}, one after the other."""
    finish = (datetime.fromisoformat(offer["offered_at"]) + timedelta(days=1)).astimezone(UTC).isoformat()
    return [
        ("accept", {}),
        ("plan", {"text": "先复现，再修复", "expected_finish": finish}),
        ("progress", {"text": "已复现，正在修复"}),
        ("complete", {"conclusion": "已修复并验证", "next_step": "请刷新后重试"}),
    ]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
