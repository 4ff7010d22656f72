"""Study cards: published effects done again inside the simulated city, and whether the model finds them."""
