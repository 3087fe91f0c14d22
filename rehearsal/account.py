"""What came of a rehearsal, for people at a terminal: a timeline per debt, open questions, the ledger, the letters."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from activities.database import Pool
from activities.reconcile import Reconciliation, reconcile
from domain import core, rulebooks
from domain.debt.outlook import status
from domain.debt.state import Debt
from domain.debtor.debtor import Debtor, DebtorRegistered
from domain.kernel.dutch import dutch_euro
from domain.kernel.messages import Act, Event
from domain.kernel.money import ZERO
from domain.scenario import DEFAULT_RULEBOOK, Record, in_order
from intake import store
from rehearsal.stage import records_of

_ACCOUNTS = {
    "bank": "bank: {}",
    "receivable": "te ontvangen {}",
    "payable": "tegoeden van belastingschuldigen",
    "clearing": "tussenrekening",
    "reallocation": "herverdeling",
    "revenue": "opbrengst {}",
    "expense": "last: {}",
}
_PARTS = {
    "tax": "belasting",
    "costs": "kosten",
    "interest": "rente",
    "fine": "boete",
    "pay_out": "uitbetaling",
    "wage_claim": "afdracht van werkgevers",
    "remission": "kwijtschelding",
    "write_off": "oninbaar",
    "refunds": "teruggaven",
}
_WARNING = " Let op: het tarief is niet bevestigd."
_FOOTNOTE = "* kosten naar een tarief dat het kantoor nog niet heeft bevestigd"


async def tell(pool: Pool, spool: Path, console: Console) -> bool:
    """Print the whole account of what `pool` records and `spool` holds; does all of it agree?"""
    streams = [
        row["stream"] for row in await pool.fetch("select stream from streams order by length(debtor), debtor, stream")
    ]
    records: defaultdict[str, list[Record]] = defaultdict(list)
    for record in await records_of(pool, streams):
        records[record.stream].append(record)
    for stream in streams:
        case = core.fold((event for record in records[stream] for event in record.events), stream)
        if isinstance(case, Debt) or (isinstance(case, Debtor) and has_money(records[stream])):
            console.print(timeline(case, records[stream]))
    console.print(Text(_FOOTNOTE, style="dim"), "")
    result = await reconcile(pool)
    for title, part in (
        ("Open questions to officials", await questions(pool)),
        ("Ledger", ledger(result)),
        ("Letters", await letters(pool, spool)),
    ):
        console.print(Rule(f"[bold]{title}[/]", align="left", style="dim"), part, "")
    return not result.differences


def has_money(records: Sequence[Record]) -> bool:
    """Did money without a debt come in for this debtor?"""
    return any(event.amount for record in records for event in record.events)


def timeline(case: core.Case, records: Sequence[Record]) -> RenderableType:
    """One debt or debtor: where it stands, and every event and refusal on the day of its decision."""
    rows = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    rows.add_column(style="cyan", no_wrap=True)
    rows.add_column(justify="right", no_wrap=True, min_width=8)
    rows.add_column(ratio=1)
    shown = None
    for record in in_order(records):
        told = [(sentence(event), event.amount) for event in record.events if not isinstance(event, DebtorRegistered)]
        if record.refusal is not None:
            told = [(f"geweigerd: {record.refusal.text}", ZERO)]
        for text, amount in told:
            day = f"{record.today:%d-%m-%Y}" if record.today != shown else ""
            rows.add_row(day, _euro(amount) if amount else "", Text(text))
            shown = record.today
    return Group(heading(case), Padding(rows, (0, 0, 1, 2)))


def sentence(event: Event) -> str:
    """What happened; an asterisk says that the tariff of its costs is not confirmed."""
    if isinstance(event, Act) and not event.tariff_confirmed:
        return f"{event.text.removesuffix(_WARNING)} *"
    return event.text


def heading(case: core.Case) -> Text:
    """The case in one line: number, tax, debtor, status, what is open, and what it waits for."""
    if isinstance(case, Debtor):
        return Text.from_markup(f"[bold]Belastingschuldige {case.debtor}[/] · tegoed {dutch_euro(case.credit)}")
    law = rulebooks.load(case.rulebook)
    where = f"{status(case)[1]}, {dutch_euro(case.open.total)} open" if case.open.total else status(case)[1]
    line = f"[bold]{case.debt}[/] · {law.taxes[case.tax].label} {case.tax_year} · {case.debtor} · [bold]{where}[/]"
    return Text.from_markup(line)


def ledger(result: Reconciliation) -> RenderableType:
    """The balance of each account, debit and credit, and that it all agrees; or each difference."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("rekening", "debet", "credit"):
        table.add_column(name, justify="left" if name == "rekening" else "right")
    for account in sorted(result.accounts, key=_place):
        balance = result.accounts[account]
        amount = _euro(abs(balance))
        table.add_row(account_in_dutch(account), *((amount, "") if balance >= 0 else ("", amount)))
    debit = sum((b for b in result.accounts.values() if b > 0), ZERO)
    credit = -sum((b for b in result.accounts.values() if b < 0), ZERO)
    table.add_row("[bold]samen[/]", f"[bold]{_euro(debit)}[/]", f"[bold]{_euro(credit)}[/]")
    counted = result.counted
    if result.differences:
        verdict = [
            Text(f"{d.stream}: {d.what}: expected {d.expected}, found {d.found}", style="red")
            for d in result.differences
        ]
    else:
        checked = f"{counted['debts']} debts, {counted['events']} events, {counted['postings']} postings"
        agrees = "of each debt the ledger, letters and tasks agree with its events."
        verdict = [Text.assemble(("Balanced. ", "green"), f"{checked}: {agrees}")]
    return Padding(Group(table, *verdict), (0, 0, 0, 2))


def account_in_dutch(account: str) -> str:
    """The account as an official reads it: `receivable:tax` is "te ontvangen belasting"."""
    kind, _, about = account.partition(":")
    channels = rulebooks.load(DEFAULT_RULEBOOK).channels
    return _ACCOUNTS.get(kind, account).format(channels[about].label if about in channels else _PARTS.get(about, about))


def _place(account: str) -> tuple[int, str]:
    kinds = list(_ACCOUNTS)
    kind = account.partition(":")[0]
    return (kinds.index(kind) if kind in kinds else len(kinds), account)


async def letters(pool: Pool, spool: Path) -> RenderableType:
    """How many letters of each kind left the house, and how many were withdrawn in time."""
    rows = await pool.fetch(
        "select title, count(*) filter (where status = 'released') as sent,"
        " count(*) filter (where status = 'withdrawn') as withdrawn, min(dated) as first"
        " from letters group by title order by first, title"
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("brief")
    table.add_column("verstuurd", justify="right")
    table.add_column("tegengehouden", justify="right")
    for row in rows:
        table.add_row(row["title"], str(row["sent"]), str(row["withdrawn"]))
    files = len(await asyncio.to_thread(lambda: list(spool.glob("*.pdf"))))
    return Padding(Group(table, Text(f"{files} PDF letters, each with a JSON note, in {spool}")), (0, 0, 0, 2))


async def questions(pool: Pool) -> RenderableType:
    """The open questions, and the lines of the files that nobody could place."""
    rows = await pool.fetch("select stream, question, ask_again_on from tasks where status = 'open' order by opened_on")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for row in rows:
        again = f" (opnieuw op {row['ask_again_on']:%d-%m-%Y})" if row["ask_again_on"] else ""
        table.add_row(row["stream"], Text(row["question"] + again))
    for kept in await store.refused(pool):
        table.add_row(f"{kept.kind}, regel {kept.record.line}", Text("; ".join(map(str, kept.record.errors))))
    return Padding(table, (0, 0, 0, 2))


def _euro(amount: Decimal) -> str:
    return dutch_euro(amount).removeprefix("€ ")
