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
from deploy.verification.province import with_province
from seeds.topics import source_topics

START_SECONDS = 90.0
# Topic -> partition -> offset.
Ends = dict[str, dict[str, int]]


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
    feeds: bool,
) -> Installation:
    """Plans it under a directory, on free ports and under prefixes that nobody has.

    `outages`: the content of the table of them. `feeds`: with the other systems of a province.
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
    return Installation(with_province(plan) if feeds else plan, folding)


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


def log_ends(settings: KafkaSettings) -> Ends:
    """Of every source topic that has any: partition -> the offset that the next bundle will get."""
    with closing(KafkaConsumer(**settings.client_options())) as consumer:
        places = {
            TopicPartition(settings.topic(topic.name), number): (topic.name, number)
            for topic in source_topics()
            for number in range(topic.partitions)
        }
        found: dict[TopicPartition, int] = consumer.end_offsets(list(places))
    ends: Ends = {}
    for place, (topic, number) in places.items():
        ends.setdefault(topic, {})[str(number)] = found[place]
    return {topic: of_topic for topic, of_topic in ends.items() if any(of_topic.values())}


def folded_to(worker: str, ends: Ends) -> dict[str, Any] | None:
    """The state of a worker that has folded to these ends and shows all of it; else None."""
    try:
        answer = httpx.get(f"{worker}/api/state", timeout=30)
    except httpx.HTTPError:
        return None
    state: dict[str, Any] = answer.json()
    caught_up = all(state["offsets"].get(topic) == of_topic for topic, of_topic in ends.items())
    return state if answer.status_code == httpx.codes.OK and caught_up else None
