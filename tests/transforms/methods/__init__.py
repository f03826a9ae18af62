"""Other people's yardsticks: their published cases, their edge rules, and what must hold for every case."""
