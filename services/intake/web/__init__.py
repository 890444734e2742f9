"""Intake's pages: the forms of the channels, a demand as its customer follows it, the desk."""
