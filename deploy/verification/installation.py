"""A stack for one verification: topics, receiver, worker and Prometheus of its own, then gone."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient, MemberToRemove

from connectors.log import topics
from connectors.log.settings import KafkaSettings
from deploy.local.accounts import simulator_account
from deploy.local.layout import Layout
from deploy.local.ports import automatic
from deploy.local.processes import StartError
from deploy.local.stack import Plan, workers
from deploy.local.supervisor import Supervisor
from seeds.topics import PUBLIC_ADMINISTRATION

START_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Installation:
    """`feeding` is what the receiver writes to, `folding` what the worker reads; they differ when
    the log is copied in between.
    """

    feeding: Plan
    folding: Plan

    @property
    def worker(self) -> str:
        return self.folding.worker_urls[0]

    def at(self, clock_offset_seconds: float) -> Self:
        """The same, with another clock."""
        feeding, folding = (
            replace(plan, clock_offset_seconds=clock_offset_seconds)
            for plan in (self.feeding, self.folding)
        )
        return replace(self, feeding=feeding, folding=folding)

    def prefixes(self) -> list[KafkaSettings]:
        return list({plan.prefix: plan.kafka for plan in (self.feeding, self.folding)}.values())


def installation(
    directory: Path,
    *,
    bootstrap: str | None,
    clock_offset_seconds: float,
    copied: bool,
    outages: str,
) -> Installation:
    """Plans it under a directory, on free ports and under prefixes that nobody has.

    `outages`: the content of the table of them.
    """
    layout = Layout(directory, "verify")
    file = directory / "outages.csv"
    file.write_text(outages, encoding="utf-8")
    plan = Plan(
        layout=layout,
        ports=automatic(workers=1),
        account=simulator_account(layout.secrets),
        clock_offset_seconds=clock_offset_seconds,
        bootstrap=bootstrap,
        prefix=f"verify-{uuid4().hex[:8]}.",
        outages=file,
    )
    folding = replace(plan, prefix=f"copy-{plan.prefix}") if copied else plan
    return Installation(plan, folding)


def restart_worker(supervisor: Supervisor, plan: Plan) -> None:
    """Another process in its place, with the plan's clock; StartError when it does not serve."""
    (service,) = workers(plan)
    former = next(one for one in supervisor.managed if one.service.name == service.name)
    supervisor.remove(former)
    supervisor.add(service)
    if not supervisor.run_until(service.ready, START_SECONDS):
        raise StartError(f"{service.name} is not ready after a restart: see {service.log}")


def remove(settings: KafkaSettings, members: Iterable[str]) -> None:
    """Takes a verification's topics and consumer group out of the cluster.

    Static members stay in their group when they stop, and a group with members cannot be deleted.
    """
    topics.delete(settings)
    with closing(KafkaAdminClient(**settings.client_options())) as admin:
        if settings.group in {found["group_id"] for found in admin.list_groups()}:
            leaving = [MemberToRemove(group_instance_id=member) for member in members]
            admin.remove_group_members(settings.group, leaving)
            admin.delete_groups([settings.group])


def log_ends(settings: KafkaSettings) -> dict[int, int]:
    """Partition of public administration -> the offset that the next bundle will get."""
    name = settings.topic(PUBLIC_ADMINISTRATION)
    with closing(KafkaConsumer(**settings.client_options())) as consumer:
        places = [TopicPartition(name, number) for number in consumer.partitions_for_topic(name)]
        ends: dict[TopicPartition, int] = consumer.end_offsets(places)
    return {place.partition: end for place, end in ends.items()}


def folded_to(worker: str, ends: dict[int, int]) -> dict[str, Any] | None:
    """The state of a worker that has folded to these ends and shows all of it; else None."""
    try:
        answer = httpx.get(f"{worker}/api/state", timeout=30)
    except httpx.HTTPError:
        return None
    state: dict[str, Any] = answer.json()
    offsets = state["offsets"].get(PUBLIC_ADMINISTRATION, {})
    caught_up = all(offsets.get(str(number)) == end for number, end in ends.items())
    return state if answer.status_code == httpx.codes.OK and caught_up else None
