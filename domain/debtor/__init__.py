"""One debtor: what touches all its debts."""
