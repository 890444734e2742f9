"""What comes with an action: one schema each, loaded into what domain.told says. Unknown fields are refused."""
