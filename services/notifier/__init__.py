"""notifier: keeps time and tells people.

Owns timers and notices with their outcomes.
Consumes demand.received from intake, demand.triaged and deadlines.changed from triage; else only its cursor moves.
Publishes timer.approaching, timer.reached, notice.sent and notice.failed.
"""
