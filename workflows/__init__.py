"""Temporal: one workflow a debt, one a debtor. Thin: they wait, order the steps and show themselves."""
