"""Mirror where every partner stands into a spreadsheet: python mirror_standings.py standings.xlsx

CITYTIES_URL is the server, CITYTIES_KEY a key with the scope read. Each run writes the file anew.
"""

import os
import sys

import httpx
from openpyxl import Workbook

COLUMNS = ("partner", "status", "rung", "waiting_since", "months_waiting", "step", "urgency")

book = Workbook(write_only=True)
sheet = book.create_sheet("Standings")
sheet.append([*COLUMNS, "why"])
key = {"Authorization": f"Bearer {os.environ['CITYTIES_KEY']}", "Accept-Language": "en"}
with httpx.Client(base_url=os.environ["CITYTIES_URL"], headers=key, timeout=30) as api:
    url = "/api/v1/standings?sort=-urgency&limit=200"
    while url:  # page after page, the most urgent first
        page = api.get(url).raise_for_status().json()
        for one in page["items"]:
            why = "; ".join(reason["text"] for reason in one["reasons"])
            sheet.append([*(one[name] for name in COLUMNS), why])
        url = page["next"]
book.save(sys.argv[1])
