"""reporting: builds a read store of its own and answers from it.

Owns the read store, made from events alone; the packages of closed demands; reports with their figures as they stood.
Consumes what intake, triage and notifier publish of demands, customers, deadlines, departments, staff and notices.
Publishes archive.sealed and report.issued, on streams of a policy's period.
"""
