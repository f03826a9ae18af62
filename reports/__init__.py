"""WHAT PEOPLE SEE: tables and words."""
