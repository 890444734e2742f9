"""The demo: an invented company's two months, run through all services, and the check of what came of it."""
