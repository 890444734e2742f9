"""intake: takes customer demands and never loses one.

Owns channels and keys, customers, the contact vault, demands as reported (original encrypted, redacted text), numbers.
Consumes from triage demand.triaged, demand.accepted and demand.routed; every other known event only moves its cursor.
Publishes demand.received and customer.changed.
"""
