"""How long accepting a demand takes with one policy alone and with four at once: p50, p99 and their ratio.

Clients in threads of this process call the web application directly, so that only intake and its database are
measured. Run by hand, on SQLite or on a private PostgreSQL:

    .venv/bin/python -m benches.accept [--postgres] [--clients 8] [--each 250] [--rounds 3]
"""

import base64
import json
import secrets
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click
from flask import Flask

from services.intake import wiring
from services.intake.usecases.add_channel import NewChannel, add_channel
from shared import logging, migrate
from shared.clock import monotonic, system_now
from shared.db import Database
from shared.operations.broker import free_ports
from shared.operations.postgres import PrivatePostgres

PEPPER = "a pepper for measuring only"
ALONE, TOGETHER = ("C",), ("A", "B", "C", "D")


@click.command()
@click.option("--postgres", is_flag=True, help="On a private PostgreSQL instead of SQLite.")
@click.option("--clients", default=8, show_default=True)
@click.option("--each", default=250, show_default=True, help="Demands of each client in each round.")
@click.option("--rounds", default=3, show_default=True, help="Rounds of either kind, in turn; the median counts.")
def main(postgres: bool, clients: int, each: int, rounds: int) -> None:
    """Measure and print one line of JSON."""
    found: dict[tuple[str, ...], list[tuple[float, float]]] = {ALONE: [], TOGETHER: []}
    with tempfile.TemporaryDirectory() as home, open(Path(home) / "log", "w") as log, _url(postgres, home) as url:
        logging.configure("bench", stream=log)
        app, key = _intake(url, Path(home))
        _round(app, key, TOGETHER, clients, 20)  # everything loaded and compiled
        for _ in range(rounds):
            for policies, figures in found.items():
                figures.append(_percentiles(_round(app, key, policies, clients, each)))
    alone, together = ([median(column) for column in zip(*found[one], strict=True)] for one in (ALONE, TOGETHER))
    figures = {
        "database": "postgresql" if postgres else "sqlite",
        "alone_ms": {"p50": alone[0], "p99": alone[1]},
        "four_ms": {"p50": together[0], "p99": together[1]},
        "p99_ratio": round(together[1] / alone[1], 2),
    }
    click.echo(json.dumps(figures))


@contextmanager
def _url(postgres: bool, home: str) -> Iterator[str]:
    if not postgres:
        yield f"sqlite:///{home}/intake.sqlite"
        return
    cluster = PrivatePostgres(free_ports(1)[0])
    try:
        cluster.start()
        yield cluster.create("bench")
    finally:
        cluster.stop()


def _intake(url: str, home: Path) -> tuple[Flask, str]:
    migrate.upgrade("intake", url)
    environ = {
        "INTAKE_DATABASE_URL": url,
        "DEMANDFLOW_PEPPER": PEPPER,
        "INTAKE_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "DEMANDFLOW_JWKS_FILE": str(home / "jwks.json"),
        "INTAKE_MAX_UNSENT": str(10**9),
    }
    database = Database(url)
    with database.write() as session:
        key = add_channel(session, NewChannel("bench", "C", "web", TOGETHER), pepper=PEPPER, now=system_now())
    database.dispose()
    return wiring.create_app(environ), key


def _round(app: Flask, key: str, policies: tuple[str, ...], clients: int, each: int) -> list[float]:
    """The milliseconds of every accept."""
    ready = threading.Barrier(clients)

    def client(number: int) -> list[float]:
        caller, took = app.test_client(), []
        ready.wait()
        for turn in range(each):
            body = _body(policies[(number + turn) % len(policies)])
            began = monotonic()
            answer = caller.post("/api/v1/demands", json=body, headers={"Authorization": f"Bearer {key}"})
            took.append((monotonic() - began) * 1000)
            if answer.status_code != 201:
                raise click.ClickException(f"answered {answer.status_code}")
        return took

    with ThreadPoolExecutor(clients) as pool:
        return [one for found in pool.map(client, range(clients)) for one in found]


def _body(policy: str) -> dict[str, Any]:
    phone = f"138{secrets.randbelow(10**8):08}"
    return {
        "policy": policy,
        "description": "订单模块从上周起无法批量导出备注栏，影响每月对账，请问何时修复",
        "customer": {"name": "王小明", "company": "某科技公司", "contact": {"phone": phone}},
    }


def _percentiles(took: list[float]) -> tuple[float, float]:
    cut = quantiles(took, n=100)
    return round(cut[49], 1), round(cut[98], 1)


if __name__ == "__main__":
    main()
