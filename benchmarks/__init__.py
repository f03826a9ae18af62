"""Measurements run by hand: times and memory of ``kpi`` beside a floor, and how well the projection does."""
