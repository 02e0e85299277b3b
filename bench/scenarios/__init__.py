"""One module per scenario: what is done, against which floor, and how the answers are proved."""
