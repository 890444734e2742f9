"""The processes of intake: web | worker [--only ...] | migrate | check {web,worker}."""

from services.intake import wiring
from shared.processes import run

if __name__ == "__main__":
    run(wiring)
