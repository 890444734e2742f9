"""What the notifier reaches outside itself: mail servers, receivers of webhooks, intake's vault, triage's staff."""
