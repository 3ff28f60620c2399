"""Settings, read from the environment (prefix CITYTIES_). Nothing else reads the environment."""

import re
import secrets
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class SmtpTls(StrEnum):
    """How the way to the mail server is kept secret: not at all, from within (STARTTLS), from the start."""

    none = "none"
    starttls = "starttls"
    tls = "tls"


class Settings(BaseSettings):
    """What an installation may set. The names are a promise to operators; see docs/operations.md."""

    model_config = SettingsConfigDict(env_prefix="CITYTIES_", extra="ignore")

    database_url: str = ""
    secret_key: str = ""
    var: Path = ROOT / "var"

    home_city: str = "Hà Nội"
    home_city_en: str = "Hà Nội"
    department_vi: str = "Sở Ngoại vụ thành phố Hà Nội"
    department_en: str = "Hà Nội Department of Foreign Affairs"
    time_zone: str = "Asia/Ho_Chi_Minh"
    public_url: str = "http://127.0.0.1:8000"

    demo: bool = False
    demo_password: str = ""
    today: date | None = Field(default=None, description="Fixes the civil date; demo and tests only.")

    session_idle_hours: int = 12
    session_days: int = 14
    threads: int = 40
    rate_limit: int = Field(600, ge=0, description="Calls of one API key a minute, a process; 0: any number.")
    cors_origins: str = Field("", description="Sites whose pages may call the API, separated by commas.")

    files: Path | None = Field(default=None, description="Where uploaded files lie; `files` under var.")
    file_mb: int = Field(default=25, ge=1, le=1000, description="The longest file that is taken, in MB.")

    worker: bool = Field(True, description="Whether `serve` delivers mail and does the periodic work itself.")
    smtp_host: str = ""
    smtp_port: int | None = Field(None, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = Field("", validate_default=True)
    smtp_tls: SmtpTls = SmtpTls.starttls

    webhook_allow_private: bool = Field(
        False, description="Whether webhooks may go to addresses of one's own network, and over plain http."
    )

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        if not all(re.fullmatch(r"https?://[^/\s*]+|\*", origin) for origin in _listed(value)):
            raise ValueError("an origin is https://HOST, without a path")
        return value

    @property
    def origins(self) -> list[str]:
        """The sites whose pages may call the API; none unless they are named."""
        return _listed(self.cors_origins)

    @field_validator("smtp_from")
    @classmethod
    def _with_the_host(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("smtp_host") and "@" not in value:
            raise ValueError("the address that mail comes from is needed with CITYTIES_SMTP_HOST")
        return value

    @property
    def sends_mail(self) -> bool:
        """Whether a mail server is configured. Without one, nothing is promised by mail."""
        return bool(self.smtp_host)

    @property
    def mail_port(self) -> int:
        """The port that is set, or the usual one of the chosen security (RFC 6409, RFC 8314)."""
        usual = {SmtpTls.none: 25, SmtpTls.starttls: 587, SmtpTls.tls: 465}
        return self.smtp_port or usual[self.smtp_tls]

    @property
    def url(self) -> str:
        """The database's URL; an embedded SQLite file under var/ when none is set."""
        return self.database_url or f"sqlite:///{self.var / 'cityties.db'}"

    @property
    def file_store(self) -> Path:
        """The folder of uploaded files. On one disk: what is uploaded is moved within it."""
        return self.files or self.var / "files"

    @property
    def file_bytes(self) -> int:
        """The longest file that is taken, in bytes."""
        return self.file_mb * 1_000_000

    @property
    def https(self) -> bool:
        """Whether people reach the program over https: then cookies are Secure and HSTS is sent."""
        return self.public_url.startswith("https://")

    def key(self) -> bytes:
        """The secret that signs cursors; made once under var/ when the operator sets none."""
        if self.secret_key:
            return self.secret_key.encode()
        file = self.var / "secret_key"
        if not file.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48))
        return file.read_text().strip().encode()


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
