"""What everybody it concerns has to read and confirm, and who has not."""
