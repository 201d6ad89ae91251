"""Settings by environment; the process environment is read here and nowhere else."""
