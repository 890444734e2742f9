"""What the notifier reaches outside itself: mail servers, intake's vault."""
