"""What reporting does by itself as time passes."""
