"""The caseworkers' portal."""
