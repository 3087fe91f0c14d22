"""Is there a request for deferral, of how much, and what waits for its decision?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, cast, get_args

from domain.debt.events import REMEDIES, ArrangementAsked, PartSplit, QuestionAsked, Remedy, RemedySought
from domain.debt.facts import Context
from domain.debt.state import Balance, Debt, Question
from domain.kernel.dutch import dutch_euro
from domain.kernel.messages import Event, Outcome, Refusal
from domain.kernel.money import ZERO
from domain.procedures.deferral.commands import Request, RequestDeferral
from domain.procedures.deferral.ending import refuse
from domain.procedures.deferral.events import DeferralAsked, DeferralNotAsked, RestructuringReferred
from domain.procedures.deferral.letters import REFERRED
from domain.procedures.deferral.state import Deferral


def sought(event: RemedySought, debt: Debt, ctx: Context) -> Iterable[Event]:
    """Is the remedy a request for deferral by itself, of tax and fine? VEERE-4.9.3-a, c, e; VEERE-4.9.4-a, b, c."""
    exempt = not ctx.law.taxes[debt.tax].deferral_on_objection
    if event.remedy == "objection" and event.reasoned and event.tax and not exempt:
        both = Deferral(event.remedy, "possible", event.tax, event.fine)
        norms = ("VEERE-4.9.3-a", *(("VEERE-4.9.4-b",) if event.fine else ()))
        yield from ask(both, "objection", event.filed_on, norms, debt, ctx)
        return
    if event.tax:
        yield not_asked(Deferral(event.remedy, "possible", event.tax, ZERO), *_why_not(event, exempt), ctx)
    if event.fine:
        fine = Deferral(cast(Request, f"fine_{event.remedy}"), "possible", ZERO, event.fine)
        yield from ask(fine, "proposal", event.filed_on, ("VEERE-4.9.4-a",), debt, ctx)


def _why_not(event: RemedySought, exempt: bool) -> tuple[str, tuple[str, ...]]:
    if event.remedy != "objection":
        return f"wie in {event.remedy_in_dutch} gaat, moet daar schriftelijk om vragen.", ("VEERE-4.9.3-e",)
    if exempt:
        return "parkeerbelasting moet ook bij bezwaar op tijd worden betaald.", ("VEERE-4.9.3-c",)
    return "het bezwaar is niet gemotiveerd en geldt daarom niet als verzoek.", ("VEERE-4.9.3-a",)


def requested(command: RequestDeferral, debt: Debt, ctx: Context) -> Outcome:
    """On which ground is it asked, and in lawful form? VEERE-4.9.1-a, VEERE-4.9.2-a, VEERE-4.9.3-c, VEERE-4.9.3-e."""
    norms: tuple[str, ...] = ("VEERE-4.9.1-a", "VEERE-4.9.2-a")
    asked_on = command.requested_on
    if asked_on > ctx.today:
        return Refusal("date_in_future", "De dag van het verzoek ligt na vandaag.", ("VEERE-4.9.2-a",))
    match command.ground:
        case "insufficient_money":
            return [ArrangementAsked(on=ctx.today, asked_on=asked_on, channel=command.channel)]
        case "debt_counselling_msnp":
            letter = REFERRED.compose(dated=ctx.today, reference=debt.debt, asked_on=asked_on)
            return [RestructuringReferred(on=ctx.today, asked_on=asked_on, letter=letter)]
        case "other":
            other = Deferral("other", "possible", debt.open.tax, debt.open.fine)
            why = (
                "Uitstel kan alleen bij bezwaar of beroep, bij te weinig geld om te betalen en bij schuldhulpverlening."
            )
            return _refused_at_once(other, command, why, norms, debt, ctx)
    state = _may_be_asked(debt, command.request)
    if state is None:
        text = "Er loopt geen bezwaar of beroep waarvoor nog uitstel kan worden gevraagd."
        return Refusal("no_remedy", text, norms)
    if state.request == "objection" and not ctx.law.taxes[debt.tax].deferral_on_objection:
        why = "Parkeerbelasting moet op tijd worden betaald, ook als u bezwaar maakt."
        return _refused_at_once(state, command, why, ("VEERE-4.9.3-c",), debt, ctx)
    by_mail = command.channel == "email" and ctx.law.reading("appeal_request_by_email") == "yes"
    if state.request in ("appeal", "higher_appeal"):
        if command.channel != "post" and not by_mail:
            text = f"Bij {REMEDIES[remedy(state)]} moet uitstel schriftelijk worden gevraagd."
            return Refusal("written_request_needed", text, ("VEERE-4.9.3-e",))
        norms += ("VEERE-4.9.3-e",)
    return ask(state, command.channel, asked_on, norms, debt, ctx)


def _may_be_asked(debt: Debt, request: Request | None) -> Deferral | None:
    """For which objection or appeal can deferral be asked (again)? The highest one that is about the tax first."""
    order = get_args(Request)
    open_ = [d for d in debt.past.values() if isinstance(d, Deferral) and request in (None, d.request)]
    known = [d for d in open_ if d.request != "other"]
    return min(known, key=lambda d: (d.request.startswith("fine"), -order.index(d.request)), default=None)


def ask(state: Deferral, channel: Any, asked_on: date, norms: tuple[str, ...], debt: Debt, ctx: Context) -> list[Event]:
    """What is disputed is set apart and held, and the officer is asked. VEERE-4.9.3-a, VEERE-4.9.3-f, VEERE-4.9.4-a.

    A proposal about a fine holds nothing. Reading `held_until_decided`.
    """
    splits, tracks = set_apart(state, debt, ctx)
    if not tracks:
        return [not_asked(state, "er staat niets meer open van wat wordt betwist.", norms, ctx)]
    proposal = channel == "proposal"
    decide_by = ctx.law.last_day("deferral_decision", ctx.today)
    question = _question(state, channel, decide_by, norms, debt, ctx)
    asked = DeferralAsked(
        on=ctx.today,
        instance=state.request,
        norms=norms,
        request=state.request,
        tax=state.tax,
        fine=state.fine,
        channel=channel,
        asked_on=asked_on,
        held=channel == "college" or (not proposal and ctx.law.reading("held_until_decided") == "yes"),
        tracks=() if proposal else tracks,
        warn_on=ctx.law.warning_day(decide_by),
        decide_by=decide_by,
    )
    asks = QuestionAsked(on=ctx.today, norms=question.norms, question=question)
    return [asked, asks] if proposal else [*splits, asked, asks]


def _question(
    state: Deferral, channel: str, decide_by: date, norms: tuple[str, ...], debt: Debt, ctx: Context
) -> Question:
    """May the deferral be granted? Asked with the question about the WOZ decision. VEERE-4.9.1-b, VEERE-4.9.3-b."""
    woz = rests_on_woz(state, debt, ctx)
    if channel == "college":
        text = "Het college heeft het beroep toegewezen. Verleen het uitstel zoals het college heeft beslist."
    else:
        about = dutch_euro(state.tax + state.fine)
        why = "ander verzoek" if state.request == "other" else REMEDIES[remedy(state)]
        text = f"Uitstel verlenen voor {about} ({why})? Zonder besluit wordt niets verleend."
    if woz:
        text += " Gaat het, direct of indirect, over een WOZ-beschikking die definitief is? Dan moet u weigeren."
    return Question(
        task=f"decide_deferral:{state.request}",
        kind="decide_deferral",
        question=text,
        norms=(*norms, "VEERE-4.9.1-b", *(("VEERE-4.9.3-b",) if woz else ())),
        answers=("grant_deferral", "refuse_deferral"),
        opened_on=ctx.today,
        deadline=decide_by,
        must_decide=True,
    )


def set_apart(state: Deferral, debt: Debt, ctx: Context) -> tuple[list[Event], tuple[str, ...]]:
    """Which payment terms are disputed, from the last one back? What is a part of a term is split off.

    VEERE-4.9.3-f, VEERE-4.9.3-g, VEERE-4.9.4-c; reading `disputed_part`.
    """
    left = Balance(tax=state.tax, fine=state.fine)
    splits: list[Event] = []
    tracks: list[str] = []
    taken = {t.track for t in debt.terms}
    for term in reversed(debt.terms):
        open_ = debt.open_of(term.track)
        off = Balance(tax=min(left.tax, open_.tax), fine=min(left.fine, open_.fine))
        if not off.total:
            continue
        left -= off
        track = term.track
        if (off.tax, off.fine) != (open_.tax, open_.fine):
            track = _free_name(taken)
            taken.add(track)
            splits.append(
                PartSplit(
                    on=ctx.today,
                    track=term.track,
                    norms=(
                        *(("VEERE-4.9.3-f", "VEERE-4.9.3-g") if off.tax else ("VEERE-4.9.4-a",)),
                        *(("VEERE-4.9.4-c",) if off.fine < open_.fine else ()),
                    ),
                    new_track=track,
                    tax=off.tax,
                    fine=off.fine,
                )
            )
        tracks.append(track)
    return splits, tuple(tracks)


def _free_name(taken: set[str]) -> str:
    number = 1
    while (name := "disputed" if number == 1 else f"disputed-{number}") in taken:
        number += 1
    return name


def _refused_at_once(
    state: Deferral, command: RequestDeferral, why: str, norms: tuple[str, ...], debt: Debt, ctx: Context
) -> Outcome:
    """What the guide itself refuses needs no officer, but it is a refusal: 14 days, and appeal to the College."""
    asked = ask(state, command.channel, command.requested_on, norms, debt, ctx)
    tracks = next((e.tracks for e in asked if isinstance(e, DeferralAsked)), None)
    if tracks is None:
        return Refusal("nothing_open", "Er staat niets open waarvoor uitstel kan gelden.", norms)
    refused = refuse(replace(state, tracks=tracks), why, norms, debt, ctx)
    return [*(e for e in asked if not isinstance(e, QuestionAsked)), *refused]


def not_asked(state: Deferral, why: str, norms: tuple[str, ...], ctx: Context) -> DeferralNotAsked:
    """There is no request: collection goes on."""
    return DeferralNotAsked(
        on=ctx.today,
        instance=state.request,
        norms=norms,
        request=state.request,
        tax=state.tax,
        fine=state.fine,
        why=why,
    )


def rests_on_woz(state: Deferral, debt: Debt, ctx: Context) -> bool:
    """Is the tax that is disputed one on a WOZ value? VEERE-4.9.3-b."""
    return bool(state.tax) and state.request != "other" and ctx.law.taxes[debt.tax].woz


def remedy(state: Deferral) -> Remedy:
    """The objection or appeal that the request goes with."""
    return cast(Remedy, state.request.removeprefix("fine_"))
