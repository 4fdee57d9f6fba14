"""The pages of the owners' assembly at the desk: rolls, ballots, count."""
