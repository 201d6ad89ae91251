"""The same form made with plain Django and with Wagtail, for the benchmarks to compare."""
