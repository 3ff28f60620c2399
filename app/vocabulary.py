"""Every code the database, the API and the pages share. Codes are stored; words live in the catalogues.

The names follow the glossary of the foreign-affairs field (vi -> code); a code never changes its meaning.
"""

from enum import StrEnum


class Tier(StrEnum):
    """How much attention the city owes the partner (trọng điểm, thường xuyên, mở rộng)."""

    priority = "priority"
    regular = "regular"
    wide = "wide"


class PartnerKind(StrEnum):
    capital = "capital"
    city = "city"
    province = "province"
    prefecture = "prefecture"
    region = "region"


class RelationBasis(StrEnum):
    """Whether a source documents the relation, or the record only illustrates the product."""

    sourced = "sourced"
    illustrative = "illustrative"


class Confidence(StrEnum):
    high = "high"
    medium = "medium"
    low = "low"


class Region(StrEnum):
    """World regions as the department groups its partners."""

    northeast_asia = "northeast_asia"
    southeast_asia = "southeast_asia"
    south_central_asia = "south_central_asia"
    middle_east = "middle_east"
    europe = "europe"
    africa = "africa"
    americas = "americas"
    oceania = "oceania"


class DatePrecision(StrEnum):
    """What is known of a date: the day, only the month, only the year."""

    day = "day"
    month = "month"
    year = "year"


class Rung(StrEnum):
    """Depth of a relationship, lowest first (see app/standing/ladder.py)."""

    none = "none"
    contact = "contact"
    friendship = "friendship"
    framework = "framework"
    substantive = "substantive"
    lasting = "lasting"

    @property
    def height(self) -> int:
        """0 for `none` up to 5 for `lasting`."""
        return list(type(self)).index(self)


class Warmth(StrEnum):
    warm = "warm"
    cooling = "cooling"
    cold = "cold"


class Quadrant(StrEnum):
    """Depth crossed with warmth."""

    thriving = "thriving"
    fading = "fading"
    courtesy_loop = "courtesy_loop"
    dormant = "dormant"


class Status(StrEnum):
    stuck = "stuck"
    at_risk = "at_risk"
    slowing = "slowing"
    on_track = "on_track"
    advancing = "advancing"
    parked = "parked"
    no_data = "no_data"
    untied = "untied"


class Step(StrEnum):
    """What is being done about a waiting partner."""

    credible = "credible"
    stale = "stale"
    none = "none"


class ReasonCode(StrEnum):
    """Why a partner stands where it does, in the order in which reasons are told."""

    tie_undated = "tie_undated"
    file_thin = "file_thin"
    no_programme = "no_programme"
    paper_only = "paper_only"
    agreement_lapsed = "agreement_lapsed"
    agreement_expiring = "agreement_expiring"
    return_visit_owed = "return_visit_owed"
    silent = "silent"
    ceremonial_only = "ceremonial_only"
    promises_overdue = "promises_overdue"
    programme_quiet = "programme_quiet"


class Direction(StrEnum):
    inbound = "inbound"
    outbound = "outbound"
    none = "none"


class OwedBy(StrEnum):
    home = "home"
    partner = "partner"


class AgreementKind(StrEnum):
    mou = "mou"
    letter_of_intent = "letter_of_intent"
    friendship = "friendship"
    cooperation = "cooperation"
    action_plan = "action_plan"
    agreed_minutes = "agreed_minutes"
    other = "other"


class AgreementState(StrEnum):
    """Until the signature; afterwards in force, expired and terminated follow from the dates."""

    idea = "idea"
    proposed = "proposed"
    consulting = "consulting"
    approved = "approved"
    signed = "signed"
    refused = "refused"
    withdrawn = "withdrawn"


class AgreementForce(StrEnum):
    """Derived from an agreement's dates on a day, never stored."""

    unsigned = "unsigned"
    pending = "pending"
    in_force = "in_force"
    expiring = "expiring"
    expired = "expired"
    terminated = "terminated"

    @property
    def holds(self) -> bool:
        """Whether the paper is in force, however near its end."""
        return self in (AgreementForce.in_force, AgreementForce.expiring)


class ExpiryLane(StrEnum):
    """How far off the day is on which a signed paper ends, or by which it has to be given notice of."""

    ended = "ended"
    days_30 = "days_30"
    days_90 = "days_90"
    days_180 = "days_180"
    later = "later"
    open_ended = "open_ended"


class AgreementLevel(StrEnum):
    city = "city"
    department = "department"


class DelegationDirection(StrEnum):
    inbound = "inbound"
    outbound = "outbound"


class DelegationState(StrEnum):
    planned = "planned"
    approved = "approved"
    under_way = "under_way"
    completed = "completed"
    reported = "reported"
    cancelled = "cancelled"


class GiftDirection(StrEnum):
    given = "given"
    received = "received"


class GiftBand(StrEnum):
    """About what a gift is worth; the department says what a band means in money."""

    symbolic = "symbolic"
    modest = "modest"
    valuable = "valuable"


class DayKind(StrEnum):
    """How the days of a deadline are counted: working days leave out weekends and holidays."""

    working = "working"
    calendar = "calendar"


class ProcedureCode(StrEnum):
    """The deadlines the department works under; what each lasts is dated data."""

    opinions = "opinions"
    copy_and_report = "copy_and_report"
    visit_report = "visit_report"


class ProcedureEvent(StrEnum):
    """What a deadline counts from. That day itself is not counted (Civil Code 91/2015/QH13, art. 147)."""

    dossier_complete = "dossier_complete"
    signed = "signed"
    visit_ended = "visit_ended"


class Opinion(StrEnum):
    """What an agency that was consulted answered."""

    agrees = "agrees"
    agrees_with_comments = "agrees_with_comments"
    disagrees = "disagrees"


class VisitLevel(StrEnum):
    """Rank of the head of a delegation."""

    leader = "leader"
    deputy = "deputy"
    department = "department"
    working = "working"


class VisitPurpose(StrEnum):
    courtesy = "courtesy"
    working = "working"
    signing = "signing"
    event = "event"
    survey = "survey"
    training = "training"
    promotion = "promotion"


class Channel(StrEnum):
    meeting = "meeting"
    call = "call"
    video = "video"
    letter_out = "letter_out"
    letter_in = "letter_in"
    email = "email"
    event = "event"

    @property
    def two_way(self) -> bool:
        """Whether contact by it is an exchange of itself. A letter or a mail is none until it is answered."""
        return self not in {Channel.letter_out, Channel.letter_in, Channel.email}


class LetterKind(StrEnum):
    """What is written to a partner; a reminder goes to a unit of the city that owes the partner something."""

    invitation = "invitation"
    chase = "chase"
    reactivation = "reactivation"
    thanks = "thanks"
    reminder = "reminder"


class FollowUpKind(StrEnum):
    proposal = "proposal"
    work_programme = "work_programme"
    working_session = "working_session"
    renewal = "renewal"
    introduction = "introduction"
    information = "information"
    protocol = "protocol"
    other = "other"

    @property
    def deepens(self) -> bool:
        """Whether work of this kind moves the partner towards a programme."""
        return self in _DEEPENING


_DEEPENING = frozenset(
    {
        FollowUpKind.proposal,
        FollowUpKind.work_programme,
        FollowUpKind.working_session,
        FollowUpKind.renewal,
        FollowUpKind.introduction,
    }
)


class FollowUpState(StrEnum):
    """Overdue is derived from the due date, never stored."""

    open = "open"
    done = "done"
    dropped = "dropped"


class FollowUpSource(StrEnum):
    """What a follow-up grew out of."""

    delegation = "delegation"
    interaction = "interaction"
    agreement = "agreement"
    standing = "standing"
    push = "push"
    manual = "manual"


class Priority(StrEnum):
    high = "high"
    normal = "normal"
    low = "low"


class ProgrammeState(StrEnum):
    proposed = "proposed"
    planned = "planned"
    active = "active"
    suspended = "suspended"
    completed = "completed"
    cancelled = "cancelled"


class ProgrammeUnitRole(StrEnum):
    """What an organisation does in a programme besides leading it."""

    support = "support"
    donor = "donor"


class ResultLevel(StrEnum):
    output = "output"
    outcome = "outcome"


class Completion(StrEnum):
    high = "high"
    medium = "medium"
    low = "low"


class PauseReason(StrEnum):
    recent_change = "recent_change"
    central_guidance = "central_guidance"
    elections_there = "elections_there"
    force_majeure = "force_majeure"
    symbolic = "symbolic"
    other = "other"


class Cause(StrEnum):
    """Why a partnership does not get past friendship, as a manager names it."""

    resources = "resources"
    distance = "distance"
    coordination = "coordination"
    politics_there = "politics_there"
    leaders_changed = "leaders_changed"
    priorities = "priorities"
    other = "other"


class MeetingDecision(StrEnum):
    """What a meeting decided about a partner."""

    step_taken = "step_taken"
    push_opened = "push_opened"
    pause_asked = "pause_asked"
    reassigned = "reassigned"
    file_confirmed = "file_confirmed"
    cause_named = "cause_named"
    no_change = "no_change"


class PauseState(StrEnum):
    asked = "asked"
    approved = "approved"
    declined = "declined"
    ended = "ended"


class PushState(StrEnum):
    """What became of a push by a day: derived from the evidence and the deadline, never stored."""

    open = "open"
    reached = "reached"
    not_reached = "not_reached"
    withdrawn = "withdrawn"


class PlanItemKind(StrEnum):
    delegation = "delegation"
    signing = "signing"
    event = "event"
    programme = "programme"


class MoveCause(StrEnum):
    """Why a partner's status or rung changed on a day, the most telling first: see app/standing/moves.py."""

    started = "started"
    outcome = "outcome"
    progressed = "progressed"
    ended = "ended"
    cancelled = "cancelled"
    signed = "signed"
    took_effect = "took_effect"
    expired = "expired"
    terminated = "terminated"
    tied = "tied"
    met = "met"
    promised = "promised"
    confirmed = "confirmed"
    paused = "paused"
    resumed = "resumed"
    fell_quiet = "fell_quiet"
    forgotten = "forgotten"
    patience_short = "patience_short"
    patience_over = "patience_over"


class InPeriod(StrEnum):
    """What a list may be asked to have happened, or held, between two days."""

    took_place = "took_place"
    begun = "begun"
    signed = "signed"
    in_force = "in_force"
    ended = "ended"
    carried_out = "carried_out"
    at_work = "at_work"
    completed = "completed"
    due = "due"
    became_stuck = "became_stuck"
    left_stuck = "left_stuck"


class PromiseFate(StrEnum):
    """What became of a promise, by the day on which it was first to be done."""

    in_time = "in_time"
    late = "late"
    open = "open"
    dropped = "dropped"


class PlanPlace(StrEnum):
    """Whether the year's plan foresaw a delegation."""

    in_plan = "in_plan"
    off_plan = "off_plan"
    unplaced = "unplaced"


class PeriodKind(StrEnum):
    """How long a reporting period is; longest last."""

    month = "month"
    quarter = "quarter"
    half_year = "half_year"
    year = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return _MONTHS[self]


_MONTHS = {PeriodKind.month: 1, PeriodKind.quarter: 3, PeriodKind.half_year: 6, PeriodKind.year: 12}


class FigureUnit(StrEnum):
    """Units of figures that have words in both languages; any other unit is the words it is given in."""

    countries = "countries"
    partners = "partners"
    projects = "projects"
    agreements = "agreements"
    delegations = "delegations"
    cities = "cities"
    usd_million = "usd_million"
    usd_billion = "usd_billion"
    percent = "percent"


class FigureQualifier(StrEnum):
    """How exactly a source gives a figure."""

    about = "about"
    over = "over"
    nearly = "nearly"


class FileCategory(StrEnum):
    agreement_text = "agreement_text"
    minutes = "minutes"
    report = "report"
    visit_programme = "visit_programme"
    letter = "letter"
    evidence = "evidence"
    photo = "photo"
    other = "other"


class FileClassification(StrEnum):
    """State secrets do not belong here at all: the law on them asks for other systems."""

    normal = "normal"
    internal = "internal"


class NoticeKind(StrEnum):
    """What a colleague is told in the program."""

    mentioned = "mentioned"
    assigned = "assigned"
    digest = "digest"
    report_overdue = "report_overdue"
    agreement_ending = "agreement_ending"
    push_reached = "push_reached"
    push_not_reached = "push_not_reached"
    webhook_disabled = "webhook_disabled"
    pause_asked = "pause_asked"
    pause_approved = "pause_approved"
    pause_declined = "pause_declined"
    pause_ended = "pause_ended"
    key_expiring = "key_expiring"


class CalendarKind(StrEnum):
    """What a calendar feed may show."""

    delegations = "delegations"
    meetings = "meetings"
    follow_ups = "follow_ups"
    agreements = "agreements"
    procedure = "procedure"
    forums = "forums"
    anniversaries = "anniversaries"
    national_days = "national_days"


class OrganisationKind(StrEnum):
    city_authority = "city_authority"
    city_unit = "city_unit"
    mission = "mission"
    embassy = "embassy"
    donor = "donor"
    multilateral = "multilateral"
    ministry = "ministry"
    foreign_government = "foreign_government"
    trade_agency = "trade_agency"
    company = "company"
    university = "university"
    association = "association"


class SectorLevel(StrEnum):
    policy_area = "policy_area"
    sector = "sector"


class ForumBasis(StrEnum):
    """How the city's own membership of a forum is known."""

    confirmed = "confirmed"
    reported = "reported"
    uncertain = "uncertain"


class AliasType(StrEnum):
    """What kind of other spelling an alias is; `vi_phonetic` is the older Vietnamese transcription."""

    vi = "vi"
    vi_phonetic = "vi_phonetic"
    en = "en"
    local = "local"
    variant = "variant"
    ascii = "ascii"
    former = "former"


class Role(StrEnum):
    """What a person may do; each role includes the ones before it."""

    viewer = "viewer"
    officer = "officer"
    manager = "manager"
    admin = "admin"


class Scope(StrEnum):
    """What an API key may do."""

    read = "read"
    read_people = "read:people"
    write = "write"
    write_unit = "write:unit"
    admin = "admin"


class KeyState(StrEnum):
    """Whether a key opens anything."""

    active = "active"
    expired = "expired"
    revoked = "revoked"


class Door(StrEnum):
    """The way a change came in."""

    page = "page"
    api = "api"
    command = "command"
    imported = "import"
    seed = "seed"
    clock = "clock"
    # All standings at once, when the department's patience was set anew.
    policy = "policy"


class WebhookEnd(StrEnum):
    """Why a webhook is silent."""

    by_hand = "by_hand"
    # The receiver failed for days; it answered 410 Gone; whoever it belongs to may not read any more; the key
    # of the installation, from which the secret followed, is another.
    failing = "failing"
    gone = "gone"
    owner = "owner"
    secret = "secret"  # noqa: S105 - a reason, no secret


class Locale(StrEnum):
    vi = "vi"
    en = "en"


class Question(StrEnum):
    """What the register must be able to answer, in the order of the list that users know by number."""

    initial_friendship = "initial_friendship"
    named_cause = "named_cause"
    signed_agreements = "signed_agreements"
    ending_agreements = "ending_agreements"
    return_visits = "return_visits"
    stuck_in_forum = "stuck_in_forum"
    what_came_out = "what_came_out"
    changed_since_report = "changed_since_report"
    file_gaps = "file_gaps"
    deeper_or_wider = "deeper_or_wider"
    delegations_led = "delegations_led"
    led_to_nothing = "led_to_nothing"
    late_promises = "late_promises"
    donors_tied = "donors_tied"
    counterpart_funds = "counterpart_funds"
    briefing_today = "briefing_today"
    asked_of_missions = "asked_of_missions"
    figures_disagree = "figures_disagree"
    asking_for_ties = "asking_for_ties"
    uncovered = "uncovered"
