"""Reading a workspace: the tables of the data contract, checked whole before anything uses them."""
