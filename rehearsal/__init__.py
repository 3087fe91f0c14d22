"""Rehearsals: scenarios and the demo lived on a real Temporal server with fast-forwarded clocks."""
