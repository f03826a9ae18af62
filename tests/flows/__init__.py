"""Whole nights and the command line, as their users meet them."""
