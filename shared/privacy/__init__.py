"""Finding and hiding personal data in free text and names (pure)."""
