"""The sample demands of the demo, their stories and what must come of them: data, and its reader."""
