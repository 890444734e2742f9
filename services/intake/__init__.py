"""intake: takes customer demands and never loses one.

Owns channels and keys, customers, the contact vault, demands as reported (original encrypted, redacted text), numbers.
Consumes from triage demand.triaged and demand.accepted; every other known event only moves its cursor.
Publishes demand.received and customer.changed.
"""
