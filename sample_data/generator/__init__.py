"""Parts of the synthetic sample workspaces: markets, demand, supply, and what is drawn from them."""
