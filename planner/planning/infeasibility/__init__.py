"""Why no plan exists: the elastic model and minimal conflict sets."""
