"""The law. Pure Python and pydantic: no Temporal, no I/O, no clock, no randomness."""
