"""Every operation of the API called once as a program would, in an order that makes sense. What was answered
becomes the examples of the OpenAPI document (tests/api/test_examples.py)."""

import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

MOST = 2  # of a list; an example is to be read
PDF = b"%PDF-1.4\n%%EOF\n"


class Play:
    """`play("POST", "/visits", json=...)`: the call is made, must work, and is remembered the first time."""

    def __init__(self, call: Any, contract: Any, on: Any, deliver: Any) -> None:
        self.on = on
        self.deliver = deliver
        self._call = call
        self._contract = contract
        self.examples: dict[str, dict[str, Any]] = {}
        self._calls = 0
        self.failed: list[str] = []

    def __call__(self, method: str, path: str, key: str | None = None, **sent: Any) -> Any:
        """Its answer's body; nothing where there is none, or where it failed."""
        template, operation = self._found(method, f"/api/v1{path}")
        headers = self._headers(operation, method, path)
        scopes = [scope for asked in operation["security"] for listed in asked.values() for scope in listed]
        key = key or ("people_key" if method == "GET" else "write_key" if "write" in scopes else "admin_key")
        response = self._call(method, path, key, headers=headers, **sent)
        if not response.is_success:
            self.failed.append(f"{method} {path}: {response.status_code} {response.text[:400]}")
            return None
        answer = response.json() if response.headers.get("content-type") == "application/json" else None
        values = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), f"/api/v1{path}")
        told = {
            "path": values.groupdict() if values else {},
            "query": sent.get("params"),
            "header": {k: v for k, v in headers.items() if k != "Accept-Language"},
            "body": sent.get("json") or sent.get("data"),
            "status": response.status_code,
            "answer": shortened(answer),
        }
        kept = {name: value for name, value in told.items() if value}
        self.examples.setdefault(operation["operationId"], kept)
        return answer

    def _found(self, method: str, path: str) -> tuple[str, dict[str, Any]]:
        """The operation behind an address; a path without parameters before one that has some."""
        fitting = [
            (template, operation)
            for known, template, operation in self._contract.operations()
            if known == method and re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), path)
        ]
        return min(fitting, key=lambda found: found[0].count("{"))

    def _headers(self, operation: dict[str, Any], method: str, path: str) -> dict[str, str]:
        self._calls += 1
        names = {p["name"] for p in operation["parameters"]}
        headers = {"Accept-Language": "en"}
        if "If-Match" in names:
            headers["If-Match"] = self._etag(path)
        if "Idempotency-Key" in names:
            headers["Idempotency-Key"] = str(uuid5(NAMESPACE_URL, f"{method} {path} {self._calls}"))
        return headers

    def _etag(self, path: str) -> str:
        """What one must have read before: the record, or the one above it."""
        for address in (path, path.rpartition("/")[0]):
            try:
                self._found("GET", f"/api/v1{address}")
            except ValueError:
                continue
            read = self._call("GET", address, "admin_key")
            if read.is_success and "etag" in read.headers and "next" not in read.json():
                return str(read.headers["etag"])
        return "*"


def shortened(value: Any) -> Any:
    """The same with short lists and without what is shown once."""
    if isinstance(value, str):
        return re.sub(r"^(ct_[0-9a-f]+_|whsec_).*", r"\1...", value)
    if isinstance(value, dict):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shortened(part) for part in value[:MOST]]
    return value


def perform(play: Play, world: Any) -> None:
    """The whole play, part after part."""
    for act in (
        partners,
        settings,
        trips,
        agreements,
        programmes,
        tasks,
        plan,
        review,
        bodies,
        webhooks,
        rest,
    ):
        try:
            act(play, world)
        except (TypeError, LookupError) as fault:  # what an earlier call should have answered
            play.failed.append(f"{act.__name__}: {fault!r}")


def partners(play: Play, world: Any) -> None:
    play("GET", "/me", "unit_key")
    play("GET", "/standings", params={"status": "stuck", "sort": "-urgency"})
    play("GET", "/partners/fukuoka/standing")
    play("GET", "/partners/fukuoka/standing/history", params={"from": "2023-01-01", "to": "2026-06-15"})
    play("GET", "/partners", params={"country": "JP"})
    play("GET", "/partners/fukuoka")
    play("GET", "/partners/fukuoka/timeline")
    play("GET", "/partners/fukuoka/briefing")
    play("GET", "/partners/fukuoka/briefing.docx")
    play("GET", "/map", params={"country": "JP"})
    play("GET", "/search", params={"q": "fukuoka"})
    play("GET", "/history", params={"partner": "fukuoka"})
    play("GET", "/users", "write_key")
    play("GET", "/partners/fukuoka/letters/invitation")
    play("GET", "/partners/fukuoka/letters/invitation/content", params={"language": "en"})
    play("GET", "/partners/fukuoka/suggestions")
    place = {"name_vi": "Thành phố Sendai", "name_en": "Sendai", "country": "JP", "kind": "city",
             "region": "northeast_asia", "source": "https://www.city.sendai.jp"}  # fmt: skip
    play("POST", "/partners", "admin_key", json=place)
    play("PATCH", "/partners/sendai", json={"note": "Đã trao đổi thư năm 2025"})
    play("DELETE", "/partners/sendai")
    play("POST", "/partners/sendai/restoration")
    lima = play("GET", "/partners/lima")
    chosen = [{"partner": "lima", "version": lima["version"]}]
    body = {"partners": chosen, "officer": "officer@city.example"}
    done = play("POST", "/partners/assignments", "admin_key", json=body) or {}
    play("POST", f"/partners/acts/{done.get('act')}/reversal", "admin_key")
    user = {"user": "officer@city.example"}
    play("POST", "/partners/fukuoka/follow", json=user)
    play("POST", "/partners/fukuoka/unfollow", json=user)
    note = play("POST", "/partners/fukuoka/notes", json={"text": "Hội đồng tỉnh mới bầu chủ tịch"})
    play("GET", "/partners/fukuoka/notes")
    at = f"/partners/fukuoka/notes/{note['id']}"
    play("GET", at)
    play("PATCH", at, "admin_key", json={"text": "Hội đồng tỉnh mới bầu chủ tịch (tháng 5)"})
    play("DELETE", at, "admin_key")
    play("POST", f"{at}/restoration", "admin_key")


def trips(play: Play, world: Any) -> None:
    visit = {
        "partner": "fukuoka", "direction": "inbound", "title": "Đoàn làm việc tỉnh Fukuoka",
        "starts_on": "2026-06-01", "ends_on": "2026-06-02", "level": "department", "purpose": "working",
        "minutes": "Hai bên trao đổi về cấp nước", "met": "Giám đốc Sở",
        "follow_ups": [{"title": "Gửi danh sách doanh nghiệp", "owed_by": "home", "due_on": "2026-09-01",
                        "assignee": "officer@city.example", "unit": "first-unit"}],
    }  # fmt: skip
    logged = play("POST", "/visits", json=visit) or {}
    play("GET", "/delegations", params={"partner": "fukuoka"})
    trip = {
        "partners": ["fukuoka"],
        "direction": "outbound",
        "title": "Đoàn đi Fukuoka",
        "starts_on": "2026-06-16",
        "ends_on": "2026-06-17",
        "level": "deputy",
        "purpose": "signing",
    }
    for end in ("cancelled", "reported"):
        made = play("POST", "/delegations", json=trip)
        at = f"/delegations/{made['id']}"
        if end == "cancelled":
            play("POST", f"{at}/cancellation", json={"why": "Phía bạn hoãn"})
            play("POST", f"{at}/reinstatement")
            play("DELETE", at)
            play("POST", f"{at}/restoration")
            continue
        play("GET", at)
        play("GET", f"{at}/programme.docx")
        play("GET", f"{at}/report.docx")
        play("GET", "/gifts", params={"direction": "given"})
        play("PATCH", at, json={"head": "Phó Chủ tịch"})
        play("POST", f"{at}/approval")
        play.on("2026-06-16")
        play("POST", f"{at}/start")
        play.on("2026-06-18")
        agreed = [{"title": "Chuẩn bị dự thảo", "due_on": "2026-08-01"}]
        play("POST", f"{at}/completion", json={"minutes": "Thống nhất dự thảo", "follow_ups": agreed})
        more = [{"title": "Mời chuyên gia", "owed_by": "partner", "due_on": "2026-10-01"}]
        play("POST", f"{at}/minutes", json={"follow_ups": more})
        play("POST", f"{at}/report", json={"report": "Đoàn đạt mục đích", "reported_on": "2026-06-18"})
        sent = {"file": ("bien-ban.pdf", PDF)}
        file = play("POST", f"{at}/files", data={"category": "minutes"}, files=sent)
        files(play, file["id"])
    assert logged


def files(play: Play, file: int) -> None:
    play("GET", "/files")
    play("GET", f"/files/{file}")
    play("GET", f"/files/{file}/content")
    play("PATCH", f"/files/{file}", json={"number": "5/BB"})
    play("DELETE", f"/files/{file}")
    play("POST", f"/files/{file}/restoration")


def agreements(play: Play, world: Any) -> None:
    ministry = {"kind": "ministry", "name_vi": "Bộ Ngoại giao", "name_en": "Ministry of Foreign Affairs"}
    play("POST", "/organisations", json={**ministry, "code": "bng", "acronym": "BNG"})
    idea = {"kind": "mou", "title": "Bản ghi nhớ về cấp nước", "partners": ["fukuoka"]}
    first, second, third = (play("POST", "/agreements", json=idea)["id"] for _ in range(3))
    at = f"/agreements/{first}"
    play("GET", "/agreements", params={"partner": "fukuoka"})
    play("GET", at)
    play("PATCH", at, json={"sectors": ["water"]})
    play("POST", f"{at}/proposal")
    play("POST", f"{at}/consultation", json={"dossier_complete_on": "2026-06-01", "agencies": ["bng"]})
    answer = {"agency": "bng", "opinion": "disagrees", "on": "2026-06-08", "text": "Cần sửa Điều 3"}
    play("POST", f"{at}/opinions", json=answer)
    play("POST", f"{at}/resolution", "admin_key", json={"agency": "bng", "reason": "Điều 3 đã sửa"})
    play("POST", f"{at}/approval", "admin_key", json={"signing_authority": "Chủ tịch UBND thành phố"})
    play("POST", f"{at}/signature", json={"signed_on": "2026-06-12", "expires_on": "2029-06-12"})
    play("POST", f"{at}/report", json={"on": "2026-06-14"})
    play(
        "POST",
        f"{at}/termination",
        "admin_key",
        json={"terminated_on": "2026-06-15", "why": "Hai bên thay bằng văn bản mới"},
    )
    play("POST", f"{at}/files", files={"file": ("ban-ghi-nho.pdf", PDF)}, data={"category": "agreement_text"})
    play("POST", f"/agreements/{second}/proposal")
    play("POST", f"/agreements/{second}/refusal", "admin_key", json={"why": "Trùng với văn bản đã ký"})
    play("POST", f"/agreements/{third}/proposal")
    play("POST", f"/agreements/{third}/withdrawal", json={"why": "Phía bạn xin dừng"})
    play("DELETE", f"/agreements/{third}")
    play("POST", f"/agreements/{third}/restoration")


def programmes(play: Play, world: Any) -> None:
    new = {"title": "Giảm thất thoát nước", "partners": ["fukuoka"], "sector": "water", "state": "planned"}
    programme = play("POST", "/programmes", json=new)["id"]
    at = f"/programmes/{programme}"
    play("GET", "/programmes", params={"partner": "fukuoka"})
    play("GET", at)
    play("PATCH", at, json={"budget": 1_200_000_000, "currency": "VND"})
    play("POST", f"{at}/moves", json={"to": "active", "on": "2026-06-01"})
    parts = {
        "milestones": ({"title": "Khảo sát mạng lưới", "due_on": "2026-09-01"}, {"done_on": "2026-06-10"}),
        "notes": ({"on": "2026-06-10", "text": "Đã chọn hai phường"}, {"text": "Đã chọn ba phường"}),
        "results": (
            {"level": "output", "indicator": "Phường được khảo sát", "on": "2026-06-10", "actual": 3},
            {"target": 10},
        ),
    }
    for kind, (body, patch) in parts.items():
        part = play("POST", f"{at}/{kind}", json=body)["id"]
        play("GET", f"{at}/{kind}")
        play("GET", f"{at}/{kind}/{part}")
        play("PATCH", f"{at}/{kind}/{part}", json=patch)
        play("DELETE", f"{at}/{kind}/{part}")
        play("POST", f"{at}/{kind}/{part}/restoration")
    play("POST", f"{at}/files", files={"file": ("bao-cao.pdf", PDF)}, data={"category": "report"})
    play("GET", "/sectors")
    play("GET", "/sectors/water")
    play("POST", "/sectors/water/priority", "admin_key", json={"priority": True})
    play("GET", "/sectors/water/outcomes")
    play("GET", "/results")
    play("DELETE", at)
    play("POST", f"{at}/restoration")


def tasks(play: Play, world: Any) -> None:
    play("GET", "/follow-ups", params={"partner": "fukuoka", "state": "open"})
    new = {"title": "Gửi dự thảo chương trình", "partners": ["fukuoka"], "due_on": "2026-08-01",
           "assignee": "officer@city.example", "unit": "first-unit"}  # fmt: skip
    work = play("POST", "/follow-ups", json=new)["id"]
    play("POST", "/follow-ups/batch", json=[new, new])
    at = f"/follow-ups/{work}"
    found = play("GET", at)
    chosen = [{"id": work, "version": found["version"]}]
    body = {"follow_ups": chosen, "due_on": "2026-09-01", "why": "Chờ ý kiến sở chuyên ngành"}
    done = play("POST", "/follow-ups/reassignments", json=body) or {}
    play("POST", f"/follow-ups/acts/{done.get('act')}/reversal")
    line = play("POST", f"{at}/progress", "unit_key", json={"text": "Hai sở đã trả lời"})
    play("GET", f"{at}/progress")
    play("DELETE", f"{at}/progress/{line['id']}")
    play("PATCH", at, json={"state": "done", "outcome": "Đã gửi dự thảo ngày 15/6"})
    play("POST", f"{at}/files", files={"file": ("du-thao.pdf", PDF)}, data={"category": "evidence"})
    play("DELETE", at)
    play("POST", f"{at}/restoration")
    letter = {
        "on": "2026-06-05",
        "channel": "letter_in",
        "title": "Thư của Thống đốc",
        "partners": ["fukuoka"],
    }
    contact = play("POST", "/interactions", json=letter)["id"]
    play("POST", "/interactions/batch", json=[letter, letter])
    at = f"/interactions/{contact}"
    play("GET", "/interactions", params={"partner": "fukuoka"})
    play("GET", at)
    play("PATCH", at, json={"summary": "Mời dự lễ hội tháng 9"})
    play("DELETE", at)
    play("POST", f"{at}/restoration")


def plan(play: Play, world: Any) -> None:
    play("POST", "/plans", "admin_key", json={"year": 2026, "budget": 9_000_000_000, "currency": "VND"})
    play("GET", "/plans")
    play("GET", "/plans/2026")
    play("PATCH", "/plans/2026", "admin_key", json={"number": "12/KH-UBND"})
    item = {"kind": "delegation", "direction": "outbound", "title": "Đoàn đi Fukuoka", "month": 9,
            "partners": ["fukuoka"]}  # fmt: skip
    number = play("POST", "/plans/2026/items", "admin_key", json=item)["id"]
    at = f"/plans/2026/items/{number}"
    play("GET", "/plans/2026/items")
    play("GET", at)
    play("PATCH", at, "admin_key", json={"month": 10})
    play("DELETE", at, "admin_key")
    play("POST", f"{at}/restoration", "admin_key")
    play("POST", "/plans", "admin_key", json={"year": 2027})
    play("POST", "/plans/2027/copies", "admin_key", json={"items": [number]})


def review(play: Play, world: Any) -> None:
    cause = play(
        "POST", "/partners/osaka/causes", "admin_key", json={"cause": "distance", "why": "Ít chuyến bay"}
    )
    play("GET", "/causes")
    play("GET", f"/causes/{cause['id']}")
    play("POST", f"/causes/{cause['id']}/end", "admin_key")
    meeting = play("POST", "/review/meetings", "admin_key", json={"title": "Giao ban tháng 6"})["id"]
    play("GET", "/review/meetings")
    play(
        "POST",
        f"/review/meetings/{meeting}/decisions",
        "admin_key",
        json={"partner": "fukuoka", "decision": "no_change", "note": "Chờ thư trả lời"},
    )
    play("GET", f"/review/meetings/{meeting}")
    play("GET", f"/review/meetings/{meeting}/decisions.docx")
    play(
        "POST",
        "/partners/osaka/steps",
        json={"title": "Gọi điện cho văn phòng đối ngoại", "due_on": "2026-07-01"},
    )
    asked = play(
        "POST",
        "/partners/toulouse/pauses",
        json={"reason": "elections_there", "until": "2026-09-01", "why": "Bầu cử địa phương"},
    )
    play("GET", "/pauses")
    play("GET", f"/pauses/{asked['id']}")
    play("POST", f"/pauses/{asked['id']}/decision", "admin_key", json={"approve": True})
    play("POST", f"/pauses/{asked['id']}/end", "admin_key")
    play("POST", "/partners/osaka/officer", "admin_key", json={"officer": "officer@city.example"})
    play("POST", "/partners/osaka/reviews")
    step = {"title": "Gửi đề xuất hai năm", "due_on": "2026-07-15", "assignee": "officer@city.example"}
    push = play(
        "POST",
        "/pushes",
        "admin_key",
        json={"partners": ["gyeonggi"], "deadline": "2026-12-15", "follow_ups": [step]},
    )
    found = (push.get("items") or [push])[0]["id"]
    at = f"/pushes/{found}"
    play("GET", "/pushes")
    play("GET", at)
    play("PATCH", at, "admin_key", json={"deadline": "2027-03-31"})
    play("POST", f"{at}/steps", "admin_key", json={**step, "title": "Họp trực tuyến"})
    play("POST", f"{at}/withdrawal", "admin_key", json={"why": "Phía bạn đổi ưu tiên"})


def bodies(play: Play, world: Any) -> None:
    play("GET", "/units")
    play("GET", "/units/first-unit")
    play("GET", "/organisations")
    play("GET", "/organisations/bng")
    play("PATCH", "/organisations/bng", json={"note": "Cục Ngoại vụ là đầu mối"})
    play(
        "POST",
        "/organisations/bng/names",
        "admin_key",
        json={
            "name_vi": "Bộ Ngoại giao Việt Nam",
            "name_en": "Ministry of Foreign Affairs",
            "from_on": "2026-01-01",
        },
    )
    for code in ("old-fund", "new-fund"):
        fund = {"kind": "donor", "name_vi": f"Quỹ {code}", "name_en": code, "code": code}
        play("POST", "/organisations", json=fund)
    play("POST", "/organisations/old-fund/merger", "admin_key", json={"into": "new-fund", "on": "2026-06-01"})
    play("DELETE", "/organisations/old-fund/merger", "admin_key")
    play("DELETE", "/organisations/old-fund", "admin_key")
    play("POST", "/organisations/old-fund/restoration", "admin_key")
    post = {"title_vi": "Thống đốc", "title_en": "Governor", "partner": "fukuoka", "from_on": "2023-04-01"}
    person = play("POST", "/people", "admin_key", json={"name": "Hattori Seitaro", "posts": [post]})
    at = f"/people/{person['id']}"
    play("GET", "/people", params={"partner": "fukuoka"})
    play("GET", at)
    play("PATCH", at, "admin_key", json={"languages": "ja, en"})
    held = play(
        "POST",
        f"{at}/posts",
        "admin_key",
        json={"title_vi": "Nghị sĩ", "partner": "fukuoka", "from_on": "2015-01-01"},
    )
    number = held["posts"][-1]["id"]
    play("PATCH", f"{at}/posts/{number}", "admin_key", json={"to_on": "2023-03-31"})
    play("DELETE", f"{at}/posts/{number}", "admin_key")
    play("DELETE", at, "admin_key")
    play("POST", f"{at}/restoration", "admin_key")
    play("POST", f"{at}/erasure", "admin_key")
    forum = {"name_vi": "Diễn đàn thành phố sông nước", "name_en": "Delta Cities Forum", "code": "delta"}
    play("POST", "/forums", json={**forum, "acronym": "DCF"})
    play("GET", "/forums")
    play("PATCH", "/forums/delta", json={"founded_year": 2011})
    play("POST", "/forums/delta/members", json={"partner": "fukuoka"})
    play("DELETE", "/forums/delta/members/fukuoka")
    day = {"title": "Kỳ họp thường niên", "starts_on": "2026-10-05", "place": "Fukuoka"}
    found = play("POST", "/forums/delta/meetings", json=day)
    number = found["meetings"][0]["id"]
    play("GET", "/forums/delta")
    play("PATCH", f"/forums/delta/meetings/{number}", json={"place": "Kitakyushu"})
    play("DELETE", f"/forums/delta/meetings/{number}")
    play("DELETE", "/forums/delta")
    play("POST", "/forums/delta/restoration")


def settings(play: Play, world: Any) -> None:
    key = play(
        "POST",
        "/keys",
        "admin_key",
        json={"name": "Cổng dữ liệu", "scopes": ["read"], "expires_on": "2027-06-30"},
    )
    at = f"/keys/{key['id']}"
    play("GET", "/keys", "admin_key")
    play("GET", at, "admin_key")
    play("PATCH", at, "admin_key", json={"addresses": ["10.20.0.0/16"]})
    play("POST", f"{at}/rotation", "admin_key", json={"overlap_days": 7})
    play("POST", f"{at}/revocation", "admin_key")
    law = {"day_kind": "working", "legal_basis": "Luật Thỏa thuận quốc tế 2020", "valid_from": "2025-01-01"}
    for code in ("copy_and_report", "visit_report", "opinions"):
        number = play("POST", "/settings/deadlines/rules", "admin_key", json={**law, "code": code, "days": 7})
    play("GET", "/settings/deadlines/rules")
    play("PATCH", f"/settings/deadlines/rules/{number['id']}", "admin_key", json={"days": 10})
    off = play(
        "POST",
        "/settings/deadlines/holidays",
        "admin_key",
        json={"on": "2026-09-02", "name_vi": "Quốc khánh", "name_en": "National Day"},
    )
    play("GET", "/settings/deadlines/holidays")
    day = (off.get("items") or [off])[0]["id"]
    play("DELETE", f"/settings/deadlines/holidays/{day}", "admin_key")
    play("GET", "/settings/reporting")
    play("PATCH", "/settings/reporting", "admin_key", json={"every": "quarter"})
    play("GET", "/policy")
    play("POST", "/policy/preview", "admin_key", json={"patience_priority": 9})
    play("PATCH", "/policy", "admin_key", json={"patience_priority": 9, "why": "Theo kết luận giao ban"})
    play("GET", "/policy/history")
    step = {"reason": "silent", "title_vi": "Gọi cho cơ quan đại diện", "title_en": "Call the mission",
            "kind": "introduction", "due_in": 14, "who": "mission"}  # fmt: skip
    number = play("POST", "/playbook", "admin_key", json=step)["id"]
    first = play("GET", "/playbook")["items"][0]["id"]
    play("POST", f"/playbook/{first}/default", "admin_key")
    play("GET", f"/playbook/{number}")
    play("PATCH", f"/playbook/{number}", "admin_key", json={"due_in": 10})
    play("DELETE", f"/playbook/{number}", "admin_key")
    shared = {
        "name": "Đối tác Nhật Bản chững lại",
        "url": "/partners?country=JP&status=stuck",
        "shared": True,
    }
    view = play("POST", "/views", "admin_key", json=shared)["id"]
    play("GET", "/views")
    play("GET", f"/views/{view}")
    play("PATCH", f"/views/{view}", "admin_key", json={"name": "Nhật Bản: chững lại"})
    play("DELETE", f"/views/{view}", "admin_key")
    play("POST", f"/views/{view}/restoration", "admin_key")


def webhooks(play: Play, world: Any) -> None:
    hook = {"name": "Bảng tin", "url": "https://receiver.invalid/hook", "events": ["interaction.*"]}
    number = play("POST", "/webhooks", json={**hook, "filter": {"country": ["JP"]}})["id"]
    at = f"/webhooks/{number}"
    play("POST", f"{at}/test")
    call = {"on": "2026-06-17", "channel": "call", "title": "Hẹn ngày họp", "partners": ["fukuoka"]}
    play("POST", "/interactions", json=call)
    play.deliver()  # nobody is at that address, as the log of deliveries says
    tried = play("GET", f"{at}/deliveries", "write_key")["items"]
    sent = next(line["id"] for line in tried if line["event"])
    play("POST", f"{at}/deliveries/{sent}/resend")
    play("GET", "/webhooks", "write_key")
    play("GET", at, "write_key")
    play("PATCH", at, json={"events": ["standing.changed", "delegation.*"]})
    play("POST", f"{at}/secret", json={"overlap_hours": 24})
    play("POST", f"{at}/deactivation")
    play("POST", f"{at}/activation", json={"after": "now"})
    play("DELETE", at)
    play("POST", f"{at}/restoration")


def rest(play: Play, world: Any) -> None:
    number = {"title": "Dân số", "value": 5_100_000, "partner": "fukuoka", "as_of": "2025-10-01",
              "source": "https://www.pref.fukuoka.lg.jp"}  # fmt: skip
    figure = play("POST", "/figures", json=number)["id"]
    play("GET", "/figures", params={"partner": "fukuoka"})
    play("GET", f"/figures/{figure}")
    play("PATCH", f"/figures/{figure}", json={"note": "Điều tra dân số"})
    play("DELETE", f"/figures/{figure}")
    play("POST", f"/figures/{figure}/restoration")
    for path in (
        "/disputes",
        "/candidates",
        "/coverage",
        "/questions",
        "/trends",
        "/moves",
        "/workload",
        "/trash",
    ):
        play("GET", path, "admin_key" if path in {"/workload", "/trash"} else None)
    play("GET", "/changes", params={"type": "standing.changed", "limit": 2})
    for form in ("", ".xlsx", ".docx"):
        play("GET", f"/reports/period{form}", params={"from": "2026-01-01", "to": "2026-03-31"})
    play("GET", "/trends/stuck.csv")
    hand = {"giver": "officer@city.example", "taker": "other_officer@city.example"}
    over = play("POST", "/workload/handovers", "admin_key", json=hand)
    play("GET", f"/workload/handovers/{over['id']}", "admin_key")
