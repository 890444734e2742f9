"""What the notifier reaches outside itself: mail servers, receivers of webhooks, other services."""
