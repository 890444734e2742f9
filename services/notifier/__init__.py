"""notifier: keeps time and tells people.

Owns timers, notices with their outcomes, and subscriptions to webhooks.
Consumes every event of intake and triage on which a policy may send a notice, and what decides who is told.
Publishes timer.approaching, timer.reached, notice.sent and notice.failed.
"""
