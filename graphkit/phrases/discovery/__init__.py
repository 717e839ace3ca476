"""Finding policy phrases: word sequences that recur, their features and the classifier."""
