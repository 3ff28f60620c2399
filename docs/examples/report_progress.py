"""Report how a unit's work goes:

    python report_progress.py                                    what the unit owes
    python report_progress.py 17 progress "Two districts have answered"
    python report_progress.py 17 done "The list was sent on 15 June"

CITYTIES_URL is the server, CITYTIES_KEY a key of the unit with the scope write:unit.
"""

import os
import sys

import httpx

key = {"Authorization": f"Bearer {os.environ['CITYTIES_KEY']}", "Accept-Language": "en"}
api = httpx.Client(base_url=f"{os.environ['CITYTIES_URL']}/api/v1", headers=key, timeout=30)
if not sys.argv[1:]:
    for work in api.get("/follow-ups?state=open&limit=200").raise_for_status().json()["items"]:
        print(work["id"], work["due_on"], work["title"])
    sys.exit()
number, what, words = sys.argv[1:]
if what == "done":
    read = api.get(f"/follow-ups/{number}").raise_for_status()
    same = {"If-Match": read.headers["ETag"]}  # refused with 412 if somebody was faster
    answer = api.patch(f"/follow-ups/{number}", json={"state": "done", "outcome": words}, headers=same)
else:
    answer = api.post(f"/follow-ups/{number}/progress", json={"text": words})
if answer.is_error:
    sys.exit(answer.json()["detail"])
