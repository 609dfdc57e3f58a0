"""How many records the fixture ``made`` has."""

ROWS = 6000
