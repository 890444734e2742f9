"""The processes of reporting: web | worker [--only ...] | migrate | check {web,worker}."""

from services.reporting import wiring
from shared.processes import run

if __name__ == "__main__":
    run(wiring)
