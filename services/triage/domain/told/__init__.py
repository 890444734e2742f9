"""What somebody says with an action: one frozen value each. Texts are clean and redacted, moments aware UTC."""
