"""One module a table (or family of tables): its columns declared, its rows checked and built."""
