"""The texts of the page in each language, and how values are written there."""
