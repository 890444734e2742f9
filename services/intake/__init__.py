"""intake: takes customer demands and never loses one, and what customers say of them afterwards.

Owns channels and keys, customers, the contact vault, demands as reported (original encrypted, redacted text), numbers,
supplements, confirmations.
Consumes from triage what moves a demand (handlers/__init__.py); every other known event only moves its cursor.
Publishes customer.changed and demand.received, supplemented, confirmed, disputed, withdrawn.
"""
