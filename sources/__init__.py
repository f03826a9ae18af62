"""WHERE FROM: publishers, their files, the register and the strategies."""
