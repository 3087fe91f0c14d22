"""What every procedure stands on: money, calendar, terms, refusals, commands and events. Knows no debt."""
