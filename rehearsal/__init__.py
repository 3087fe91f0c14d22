"""Rehearsals: scenarios and the demo lived on a real Temporal server whose clocks are fast-forwarded. Not production."""
