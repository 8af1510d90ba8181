"""What people see: logging, tables, CSV; foreign text made harmless."""
