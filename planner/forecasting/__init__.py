"""Order log to baseline and past surges; sampled demand to fans and planning scenarios."""
