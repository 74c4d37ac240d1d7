"""What the department answers: written, looked over by somebody else, published, kept fresh, retired."""
