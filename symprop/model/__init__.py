"""The tree, the network, the tables of functions and costs, and the notation."""
