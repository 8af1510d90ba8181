"""The program's output: logging, tables, CSV; foreign text made harmless."""
