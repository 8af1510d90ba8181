"""The commands: options in, one call, what it came to out."""
