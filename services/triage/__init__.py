"""triage: decides what a demand is, who has it and until when, and carries it to its end.

Owns policies, calendars, departments, staff and log-in; per demand type, priority, route, status, deadlines, promises.
Consumes intake's demand.received and what customers say later, notifier's timer.reached, commands of departments.
Publishes every step from demand.triaged to demand.closed, deadlines.*, policy.*, calendar.*, department.*, work.*.
"""
