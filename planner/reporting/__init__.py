"""Tables, figures and documents: matplotlib lives here and nowhere else."""
