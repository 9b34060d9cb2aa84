"""Plans without the joint model, to compare with."""
