"""Mirror where every partner stands into a spreadsheet: python mirror_standings.py standings.xlsx

CITYTIES_URL is the server, CITYTIES_KEY a key with the scope read. Each run writes the file
anew.
"""

import os
import sys

import httpx
from openpyxl import Workbook

COLUMNS = ("partner", "status", "rung", "waiting_since", "months_waiting", "step", "urgency")


def standings(api):
    """Every standing, the most urgent first, page after page."""
    url = "/api/v1/standings?sort=-urgency&limit=200"
    while url:
        page = api.get(url).raise_for_status().json()
        yield from page["items"]
        url = page["next"]


def main(file):
    key = {"Authorization": f"Bearer {os.environ['CITYTIES_KEY']}", "Accept-Language": "en"}
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Standings")
    sheet.append([*COLUMNS, "why"])
    with httpx.Client(base_url=os.environ["CITYTIES_URL"], headers=key, timeout=30) as api:
        for one in standings(api):
            sheet.append([*(one[name] for name in COLUMNS), "; ".join(r["text"] for r in one["reasons"])])
    book.save(file)


if __name__ == "__main__":
    main(sys.argv[1])
