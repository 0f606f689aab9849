"""What judges the judge: verdicts put down by hand, wrong and right claims by an oracle of its own, broken documents."""
