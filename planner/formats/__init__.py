"""Every file format and nothing else."""
