"""triage: decides what a demand is, who has it and until when.

Owns departments; per demand its type, priority, route, status, deadlines and the work of departments.
Consumes intake's demand.received and notifier's timer.reached, and the commands of departments that own their tools.
Publishes demand.triaged, demand.accepted, deadlines.changed, deadline.breached, department.changed and work.*.
"""
