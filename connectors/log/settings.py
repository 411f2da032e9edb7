"""How to reach the log; shared by everything that speaks to Kafka."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from seeds.topics import topics


class KafkaSettings(BaseModel):
    """Section `[kafka]`. `prefix` is put before every topic name and the consumer group."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bootstrap: str = Field("127.0.0.1:19092", pattern=r"^[^\s,]+:\d+(,[^\s,]+:\d+)*$")
    prefix: str = Field("", pattern=r"^[a-z0-9.-]*$")
    security: Literal["PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"] = "PLAINTEXT"
    ca_file: Path | None = None
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str | None = None
    password_file: Path | None = None
    replication: int = Field(1, ge=1, le=5)

    @property
    def group(self) -> str:
        """The consumer group of the workers."""
        return self.prefix + "ioc-monitor"

    def topic(self, name: str) -> str:
        """The name in the cluster of a topic of ours; raises KeyError for an unknown one."""
        return self.prefix + topics()[name].name

    def client_options(self) -> dict[str, Any]:
        """Keyword arguments for any client of kafka-python."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap.split(","),
            "security_protocol": self.security,
        }
        if self.ca_file:
            options["ssl_cafile"] = str(self.ca_file)
        if self.security.startswith("SASL"):
            options["sasl_mechanism"] = self.sasl_mechanism
            options["sasl_plain_username"] = self.username
            options["sasl_plain_password"] = self._password()
        return options

    def _password(self) -> str | None:
        return (
            self.password_file.read_text(encoding="utf-8").strip() if self.password_file else None
        )
