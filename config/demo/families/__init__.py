"""Invented families: clearly fictional people with a history of two years."""
