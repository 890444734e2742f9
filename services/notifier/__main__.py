"""The processes of notifier: web | worker [--only ...] | migrate | check {web,worker}."""

from services.notifier import wiring
from shared.processes import run

if __name__ == "__main__":
    run(wiring)
