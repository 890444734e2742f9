"""What imports cannot show."""
