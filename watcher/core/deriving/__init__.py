"""Seed articles -> a draft of a topic profile. Pure: pages are fetched and files read elsewhere."""
