"""What the demonstration plays with: feeds in our own words, a Bot API stand-in, the script."""
