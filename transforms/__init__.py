"""WHAT IT MEANS: pure maths of progress, without I/O."""
