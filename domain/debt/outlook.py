"""How does a debt stand, what does it wait for, what blocks it? The one view for officials, programs and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.debt.barriers import standing, wakes_on
from domain.debt.decide import due_terms
from domain.debt.procedure import installed
from domain.debt.state import Debt, HasProcedures, Term
from domain.kernel.dutch import dutch_euro
from domain.procedures import PROCEDURES
from domain.rulebooks.rulebook import Rulebook

_ORDER = {procedure.name: place for place, procedure in enumerate(PROCEDURES)}


@dataclass(frozen=True, slots=True)
class Wake:
    """On which day the debt acts by itself, on the end of which term."""

    on: date
    term: Term

    @property
    def until(self) -> date:
        """Last day of the wait: that of the term, or of the barrier that outlasts it."""
        return self.on - timedelta(days=1)


def next_wake(debt: Debt, law: Rulebook) -> Wake | None:
    """When does the debt act by itself, if nothing happens before? The nearest term that no barrier holds up."""
    wakes = [Wake(day, term) for term in due_terms(debt) if (day := wakes_on(debt, law, term)) is not None]
    return min(wakes, key=lambda w: (w.on, w.term.name), default=None)


def next_debtor_wake(case: HasProcedures) -> Wake | None:
    """When does a debtor's file act by itself? Nothing forbids its terms."""
    wakes = [Wake(term.last_day + timedelta(days=1), term) for term in due_terms(case)]
    return min(wakes, key=lambda w: (w.on, w.term.name), default=None)


def status(debt: Debt) -> tuple[str, str]:
    """Code and Dutch words for where the debt stands: derived, never stored."""
    if debt.closed_on is not None:
        return ("settled", "voldaan")
    for state in sorted(debt.procedures.values(), key=lambda s: _ORDER[s.procedure], reverse=True):
        if (show := installed(state.procedure).status) and (shown := show(state)):
            return shown
    return ("open", "open")


def waits_for(debt: Debt, law: Rulebook) -> Term | None:
    """The term that the debt waits for first."""
    wake = next_wake(debt, law)
    return None if wake is None else wake.term


def document(debt: Debt, law: Rulebook, day: date) -> dict[str, Any]:
    """The debt on `day` as one JSON object; amounts as strings with two decimals."""
    wake = next_wake(debt, law)
    parts = {part: f"{getattr(debt.open, part):.2f}" for part in ("tax", "costs", "interest", "fine", "total")}
    return {
        "debt": debt.debt,
        "status": status(debt)[0],
        "procedures": sorted(debt.procedures),
        "outstanding": parts,
        "waits_for": None
        if wake is None
        else {"term": wake.term.name, "until": wake.until.isoformat(), "norms": list(wake.term.norms)},
        "blocked": [
            {
                "norms": list(b.norms),
                "until": b.until.isoformat() if b.until else None,
                "measures": sorted(b.measures),
                "text": b.text,
            }
            for b in standing(debt, law, day)
        ]
        if debt.closed_on is None
        else [],
        "closed_on": debt.closed_on.isoformat() if debt.closed_on else None,
    }


def term_summary(term: Term) -> str:
    """The term in one line for the timeline: "14 dagen na aanmaning, art. 11 IW (VEERE-2.3-b), t/m 26-05-2026"."""
    return f"{term.text} ({term.norms[0]}), t/m {term.last_day:%d-%m-%Y}"


def details(debt: Debt, law: Rulebook, day: date) -> str:
    """The debt on one screen, in Dutch markdown, for the Temporal Web UI."""
    kind = law.taxes[debt.tax].label if debt.tax in law.taxes else debt.tax
    lines = [
        f"### {debt.debt} · {kind} {debt.tax_year} · {status(debt)[1]}",
        "",
        "| te betalen | bedrag |",
        "|---|---:|",
    ]
    names = (("belasting", "tax"), ("kosten", "costs"), ("rente", "interest"), ("boete", "fine"))
    lines += [
        f"| {name} | {dutch_euro(getattr(debt.open, part))} |" for name, part in names if getattr(debt.open, part)
    ]
    lines += [f"| **totaal** | **{dutch_euro(debt.open.total)}** |", ""]
    wake = next_wake(debt, law)
    waits = "niets; alleen op berichten en besluiten"
    if wake is not None:
        held = f"; staat stil t/m {wake.until:%d-%m-%Y}" if wake.until > wake.term.last_day else ""
        waits = term_summary(wake.term) + held
    lines += [f"**Wacht op:** {waits}", ""]
    if debt.closed_on is None:
        for b in standing(debt, law, day):
            until = f" (t/m {b.until:%d-%m-%Y})" if b.until else ""
            lines.append(f"- **geblokkeerd:** {b.text} {', '.join(b.norms)}{until}")
    for q in debt.questions.values():
        when = f", opnieuw op {q.ask_again_on:%d-%m-%Y}" if q.ask_again_on else ""
        lines.append(f"- **open vraag** `{q.task}`: {q.question} ({', '.join(q.norms)}){when}")
    return "\n".join([*lines, "", *recent_acts(debt.recent)])


def recent_acts(recent: Sequence[str]) -> list[str]:
    """What happened last, the latest first, in markdown."""
    days = [line.partition(" ") for line in reversed(recent)]
    return ["**Laatste gebeurtenissen**", "", *(f"- **{day}** {text}" for day, _, text in days)]
