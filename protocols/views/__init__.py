"""Pages of caseworkers, supervisors and agencies."""
