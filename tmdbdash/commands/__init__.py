"""The commands: options in, one call, the answer out."""
