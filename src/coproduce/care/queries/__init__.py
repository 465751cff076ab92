"""What is read of care. Who asks decides what is there."""
