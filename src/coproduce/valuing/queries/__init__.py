"""What people gave their tokens to, what they understand by it, and where values pull apart."""
