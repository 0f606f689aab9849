"""Values of what documents write, at random points: numbers and arrays of numbers on one tape."""
