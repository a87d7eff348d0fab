"""The suite: judges any implementation of the contract by its URL, rule by rule."""
