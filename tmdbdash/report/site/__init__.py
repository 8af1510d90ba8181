"""The published folder: the page, its assets, the files for hosts, and writing them all."""
