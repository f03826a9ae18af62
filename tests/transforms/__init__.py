"""Tests of the progress maths."""
