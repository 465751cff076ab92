"""What happens in the story, part by part. Each part answers its acts; the actions they call are those of pages."""
