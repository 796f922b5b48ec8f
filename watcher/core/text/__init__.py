"""What is done to text before anything is concluded from it: markup, URLs, letters, words."""
