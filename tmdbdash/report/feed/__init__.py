"""What happened lately, and the Atom feed of it."""
