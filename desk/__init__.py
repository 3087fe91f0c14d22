"""The rooms of the command line: what each command of `invordering` does. Nothing else imports from here."""
