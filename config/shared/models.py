"""No tables: Django sends its signals around `migrate` to apps that have this module."""
