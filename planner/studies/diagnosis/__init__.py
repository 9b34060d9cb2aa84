"""Why orders are late, what would help, why no plan exists and what would make one."""
