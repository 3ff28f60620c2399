"""Entries as iCalendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app.calendars.entries import Entry, Span
from app.config import settings

TYPE = "text/calendar; charset=utf-8"
# How often a program may ask again; what changes meanwhile is hardly ever of the hour.
ASK_AGAIN = timedelta(hours=1)
# The stamp of what no record stands for: the same bytes as long as nothing changes.
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def written(name: str, entries: Iterable[Entry], span: Span) -> bytes:
    """A calendar of these entries, with the definition of each time zone that it names (3.6.5). The same
    entries give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//CityTies//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)  # RFC 7986; programs of before read the other one
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings().time_zone)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    zone = ZoneInfo(settings().time_zone)
    for entry in entries:
        calendar.add_component(_event(entry, zone))
    calendar.add_missing_timezones(first_date=span.first, last_date=span.last)
    return calendar.to_ical()


def _event(entry: Entry, zone: ZoneInfo) -> Event:
    event = Event()
    stamp = (entry.stamp or _NEVER).astimezone(UTC).replace(microsecond=0)
    event.add("uid", f"{entry.uid}@{urlsplit(settings().public_url).hostname or 'cityties'}")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.summary)
    if isinstance(entry.starts, datetime) and isinstance(entry.ends, datetime):
        event.add("dtstart", _moment(entry.starts, zone if entry.home else None))
        if entry.ends > entry.starts:  # an end is later than its beginning, or there is none (3.8.2.2)
            event.add("dtend", _moment(entry.ends, zone if entry.home else None))
    else:
        event.add("dtstart", _day(entry.starts))
        event.add("dtend", _day(entry.ends) + timedelta(days=1))  # exclusive (3.6.1)
        event.add("transp", "TRANSPARENT")  # a delegation in town keeps nobody from another appointment
    if entry.place:
        event.add("location", entry.place)
    if entry.url:
        event.add("url", entry.url)
    if about := "\n".join((*entry.about, *((entry.url,) if entry.url else ()))):
        event.add("description", about)
    status = "CANCELLED" if entry.cancelled else "TENTATIVE" if entry.tentative else "CONFIRMED"
    event.add("status", status)
    return event


def _moment(moment: datetime, zone: ZoneInfo | None) -> datetime:
    return moment.replace(tzinfo=zone)


def _day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day
