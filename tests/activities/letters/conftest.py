"""The letters of one debt, rendered once."""

import pytest

from activities.letters import Letter, Letterhead, load_letterhead, render
from domain.debt.letters import LetterContent, Recipient
from tests.activities.letters.ladder import CONTENT, DEBTOR, NUMBER, OTHER


@pytest.fixture(scope="session")
def letterhead() -> Letterhead:
    return load_letterhead()


@pytest.fixture(scope="session")
def letters(letterhead: Letterhead) -> dict[str, Letter]:
    """Each letter of `CONTENT`, rendered once."""

    def made(name: str, content: LetterContent) -> Letter:
        addressee = DEBTOR if content.recipient is Recipient.DEBTOR else OTHER
        return render(content, addressee, letterhead, f"{NUMBER}.{name}.1", DEBTOR)

    return {name: made(name, content) for name, content in CONTENT.items()}
