"""What the page needs of the database: current rows, and the past at fixed times."""
