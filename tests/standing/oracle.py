"""The rules told a second time: naive, slow, day by day, and sharing nothing with the code they check.

Where the code works out spans for all time, this first forgets whatever is dated after the day, then asks.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from dateutil.relativedelta import relativedelta

from app.standing import Dossier, Policy

ONE_DAY = timedelta(days=1)


@cache
def plus(day: date, months: int) -> date:
    return day + relativedelta(months=months)


def remember_last(rule):
    """Keep the answer to the latest question: the same slow walk is asked for several times in a row."""
    last = [None, None]

    def ask(*question):
        if last[0] is None or not all(a is b for a, b in zip(last[0], question, strict=True)):
            last[:] = [question, rule(*question)]
        return last[1]

    return ask


def months_from(a: date, b: date) -> int:
    n = 0
    while plus(a, n + 1) <= b:
        n += 1
    return n


def within(fact: date, months: int, day: date) -> bool:
    return fact <= day < plus(fact, months)


def past(when: date | None, day: date) -> date | None:
    return when if when is not None and when <= day else None


def known_instruments(dossier: Dossier, day: date) -> tuple:
    return tuple(
        replace(i, terminated_on=past(i.terminated_on, day))
        for i in dossier.instruments
        if i.signed_on <= day
    )


def known_programmes(dossier: Dossier, day: date) -> tuple:
    return tuple(
        replace(
            p,
            ended_on=past(p.ended_on, day),
            cancelled_on=past(p.cancelled_on, day),
            progress=tuple(x for x in p.progress if x <= day),
            outcomes=tuple(x for x in p.outcomes if x <= day),
        )
        for p in dossier.programmes
        if p.started_on <= day
    )


def known(dossier: Dossier, day: date) -> Dossier:
    """The file as it could be known on the day."""

    return Dossier(
        tier=dossier.tier,
        ties=tuple(t for t in dossier.ties if t.on is None or t.on <= day),
        instruments=known_instruments(dossier, day),
        programmes=known_programmes(dossier, day),
        contacts=tuple(c for c in dossier.contacts if c.on <= day),
        promises=tuple(
            replace(p, done_on=past(p.done_on, day), dropped_on=past(p.dropped_on, day))
            for p in dossier.promises
            if p.raised_on <= day
        ),
        reviews=tuple(r for r in dossier.reviews if r.on <= day),
        pauses=tuple(p for p in dossier.pauses if p.start <= day),
    )


def signs(programme) -> list[date]:
    return [programme.started_on, *programme.progress, *programme.outcomes]


def runs(programme) -> bool:
    return programme.ended_on is None and programme.cancelled_on is None


def alive(programme, months: int, day: date) -> bool:
    return runs(programme) and within(max(signs(programme)), months, day)


def in_force(paper, day: date) -> bool:
    expired = paper.expires_on is not None and paper.expires_on <= day
    return paper.effective_on <= day and not expired and paper.terminated_on is None


def substantive(dossier: Dossier, day: date, policy: Policy) -> bool:
    return any(alive(p, policy.quiet, day) for p in known_programmes(dossier, day))


def framework(dossier: Dossier, day: date) -> bool:
    return any(i.concrete and in_force(i, day) for i in known_instruments(dossier, day))


def lasting(file: Dossier, day: date, policy: Policy) -> bool:
    remembered = [
        p
        for p in file.programmes
        if alive(p, policy.quiet, day)
        or (p.ended_on is not None and p.cancelled_on is None and within(p.ended_on, policy.memory, day))
    ]
    outcome = any(within(o, policy.memory, day) for p in file.programmes for o in p.outcomes)
    return len({p.sector for p in remembered}) >= 2 and outcome


def rung(dossier: Dossier, day: date, policy: Policy) -> str:
    file = known(dossier, day)
    if substantive(dossier, day, policy):
        return "lasting" if lasting(file, day, policy) else "substantive"
    if framework(dossier, day):
        return "framework"
    if file.ties:
        return "friendship"
    return "contact" if file.contacts else "none"


@remember_last
def waiting_since(dossier: Dossier, day: date, policy: Policy) -> date | None:
    first_ties = [t.on for t in known(dossier, day).ties if t.on is not None]
    if not first_ties or substantive(dossier, day, policy):
        return None
    starts = [min(first_ties)]
    begin = min(
        [p.started_on for p in dossier.programmes] + [i.signed_on for i in dossier.instruments] + [day]
    )
    at = day
    while at >= begin and not substantive(dossier, at - ONE_DAY, policy):
        at -= ONE_DAY
    if at >= begin:
        starts.append(at)  # fell on this day
    else:
        at = begin  # never was substantive
    while at <= day and not framework(dossier, at):
        at += ONE_DAY
    if at <= day:
        starts.append(at)
    return max(starts)


def warmth(dossier: Dossier, day: date, policy: Policy) -> str | None:
    file = known(dossier, day)
    facts = [c.on for c in file.contacts if c.two_way] + [x for p in file.programmes for x in signs(p)]
    last = max(facts) if facts else min([t.on for t in file.ties if t.on is not None], default=None)
    if last is None:
        return None
    silence = policy.silence[dossier.tier]
    if day >= plus(last, silence):
        return "cold"
    return "cooling" if day >= plus(last, silence * 3 // 4) else "warm"


def thin(file: Dossier) -> bool:
    return not (file.contacts or file.programmes or file.promises or file.reviews)


def underlying(dossier: Dossier, day: date, policy: Policy) -> str:
    file = known(dossier, day)
    if substantive(dossier, day, policy):
        live = [p for p in file.programmes if alive(p, policy.quiet, day)]
        last = max(x for p in live for x in signs(p))
        return "advancing" if within(last, policy.quiet - policy.warning, day) else "slowing"
    if not file.ties:
        return "untied"
    if all(t.on is None for t in file.ties) or thin(file):
        return "no_data"
    since, patience = waiting_since(dossier, day, policy), policy.patience[dossier.tier]
    if day >= plus(since, patience):
        return "stuck"
    return "at_risk" if day >= plus(since, patience - policy.warning) else "on_track"


def paused(dossier: Dossier, day: date) -> bool:
    return any(p.start <= day and (p.until is None or day < p.until) for p in dossier.pauses)


def step(dossier: Dossier, day: date) -> str:
    open_ = [p for p in known(dossier, day).promises if p.done_on is None and p.dropped_on is None]
    for p in open_:
        late = (day - p.due_on).days
        if p.deepens and p.assigned and -180 <= late <= 30 and p.postponed <= 2:
            return "credible"
    return "stale" if open_ else "none"


def owed_by(file: Dossier, day: date, policy: Policy) -> str | None:
    for here, there, debtor in (("inbound", "outbound", "home"), ("outbound", "inbound", "partner")):
        last = max([c.on for c in file.contacts if c.direction == here], default=None)
        if last is None or day < plus(last, policy.return_visit):
            continue
        if not any(c.direction == there and c.on >= last for c in file.contacts):
            return debtor
    return None


def lapsed(file: Dossier, day: date) -> bool:
    ended = [i for i in file.instruments if i.terminated_on or (i.expires_on and i.expires_on <= day)]
    return bool(ended) and not any(in_force(i, day) for i in file.instruments)


def expiring(file: Dossier, day: date, policy: Policy) -> bool:
    ends = [i.expires_on for i in file.instruments if in_force(i, day)]
    return bool(ends) and all(ends) and max(ends) <= plus(day, policy.warning)


def paper_only(file: Dossier, day: date) -> bool:
    return any(
        i.concrete
        and in_force(i, day)
        and day >= plus(max(i.signed_on, i.effective_on), 12)
        and not any(p.started_on >= i.signed_on for p in file.programmes)
        for i in file.instruments
    )


def overdue(file: Dossier, day: date) -> list:
    return [
        p
        for p in file.promises
        if not p.done_on and not p.dropped_on and day - p.due_on >= timedelta(days=30)
    ]


def reasons(dossier: Dossier, day: date, policy: Policy) -> tuple[str, ...]:
    file = known(dossier, day)
    status, deep = underlying(dossier, day, policy), substantive(dossier, day, policy)
    recent = [c for c in file.contacts if within(c.on, 36, day)]
    undated = all(t.on is None for t in file.ties)
    quiet = policy.quiet - policy.warning
    table = {
        "tie_undated": status == "no_data" and undated,
        "file_thin": status == "no_data" and not undated and thin(file),
        "no_programme": status in ("stuck", "at_risk"),
        "paper_only": paper_only(file, day),
        "agreement_lapsed": lapsed(file, day),
        "agreement_expiring": expiring(file, day, policy),
        "return_visit_owed": owed_by(file, day, policy) is not None,
        "silent": bool(file.ties) and warmth(dossier, day, policy) == "cold",
        "ceremonial_only": bool(file.ties)
        and not deep
        and len(recent) >= 3
        and not any(c.substantive for c in recent),
        "promises_overdue": bool(overdue(file, day)),
        "programme_quiet": any(runs(p) and not within(max(signs(p)), quiet, day) for p in file.programmes),
    }
    return tuple(code for code, holds in table.items() if holds)


def core(dossier: Dossier, day: date, policy: Policy) -> tuple:
    """Rung, waiting_since, warmth, status, underlying, step and reason codes on the day."""
    under = underlying(dossier, day, policy)
    return (
        rung(dossier, day, policy),
        waiting_since(dossier, day, policy),
        warmth(dossier, day, policy),
        "parked" if paused(dossier, day) else under,
        under,
        step(dossier, day),
        reasons(dossier, day, policy),
    )


def quadrant(dossier: Dossier, day: date, policy: Policy) -> str | None:
    heat = warmth(dossier, day, policy)
    if heat is None:
        return None
    if substantive(dossier, day, policy):
        return "fading" if heat == "cold" else "thriving"
    if not known(dossier, day).ties:
        return None
    return "dormant" if heat == "cold" else "courtesy_loop"


def urgency(dossier: Dossier, day: date, policy: Policy) -> float:
    since = waiting_since(dossier, day, policy)
    if since is None:
        return 0
    weight = {"priority": 3, "regular": 2, "wide": 1}[dossier.tier]
    others = [code for code in reasons(dossier, day, policy) if code != "no_programme"]
    return round(weight * months_from(since, day) / policy.patience[dossier.tier] + 0.25 * len(others), 2)
