"""Policies as versioned data: the model, the packs, and the pure functions that interpret them."""
