"""What every service's web process shares: strict bodies, problem answers, idempotency, roles, health."""
