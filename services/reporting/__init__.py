"""reporting: builds a read store of its own and answers from it.

Owns one row per demand, customers and departments as far as figures need them, deadlines; all of it made from events.
Consumes what intake, triage and notifier publish of demands, customers, deadlines, departments and notices.
Publishes nothing yet.
"""
