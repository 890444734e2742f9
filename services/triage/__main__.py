"""The processes of triage: web | worker [--only ...] | migrate | check {web,worker}."""

from services.triage import wiring
from shared.processes import run

if __name__ == "__main__":
    run(wiring)
