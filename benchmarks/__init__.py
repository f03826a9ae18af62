"""HOW WELL and HOW FAST: measurements that are run by hand and print what they find."""
