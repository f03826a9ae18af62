"""What holds for every test: a busy machine is no failure, so no example of a property has to be quick."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
