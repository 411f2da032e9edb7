"""What the local stack is made of, and in which order it starts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from connectors.log import topics
from connectors.log.settings import KafkaSettings
from connectors.runner.settings import SourceSettings
from deploy.local import alertmanager, broker, prometheus
from deploy.local.accounts import Account
from deploy.local.layout import Layout
from deploy.local.ports import Ports
from deploy.local.processes import LOOPBACK, ioc
from deploy.local.services import Service, Stage, answers
from deploy.prometheus.quality import WINDOW, DeclaredSource
from seeds.topics import topics as seeds_topics

# So many times as often as in life, so that who watches sees something change every few seconds.
FEEDS_PACE = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """`bootstrap` None runs a broker of its own; `period` None follows the figures' clock.

    `configuration` is the file from which the services read what is not said here, `cluster` what
    it says of Kafka. `accounts` are the receiver's where they are not the simulator's alone.
    `outages` is the table of those that a probe saw. `sources` are asked for their data, as
    `sources_file` declares them, or else the configuration; with `feeds` a simulated province has
    them, which lives at `feeds_pace` and after `feeds_seconds` stands still; None: it never does.
    `window` is what the scores of a source look back.
    """

    layout: Layout
    ports: Ports
    account: Account
    clock_offset_seconds: float
    bootstrap: str | None = None
    prefix: str = ""
    period: int | None = None
    configuration: Path | None = None
    cluster: KafkaSettings = field(default_factory=KafkaSettings)
    accounts: Path | None = None
    outages: Path | None = None
    sources: Sequence[SourceSettings] = ()
    sources_file: Path | None = None
    feeds: bool = False
    feeds_pace: int = FEEDS_PACE
    feeds_seconds: int | None = None
    window: str = WINDOW

    @property
    def kafka(self) -> KafkaSettings:
        bootstrap = self.bootstrap or f"{LOOPBACK}:{self.ports.broker}"
        return self.cluster.model_copy(update={"bootstrap": bootstrap, "prefix": self.prefix})

    @property
    def receiver_url(self) -> str:
        return _url(self.ports.receiver)

    @property
    def worker_urls(self) -> list[str]:
        return [_url(port) for port in self.ports.workers]

    @property
    def feeds_data(self) -> Path:
        return (self.layout.data / "feeds").absolute()

    @property
    def connect_url(self) -> str:
        return _url(self.ports.connect)

    @property
    def connect_data(self) -> Path:
        return (self.layout.data / "connect").absolute()

    @property
    def feeds_url(self) -> str:
        return _url(self.ports.feeds)

    @property
    def prometheus_url(self) -> str:
        return _url(self.ports.prometheus)

    @property
    def wall_url(self) -> str:
        return _url(self.ports.wall)


def stages(plan: Plan) -> list[Stage]:
    """Raises MissingProgramError or StartError before anything is started."""
    create = partial(_create_topics, plan.kafka)
    middle = [
        _receiver(plan),
        *workers(plan),
        _alertmanager(plan),
        _prometheus(plan),
        *([_feeds(plan)] if plan.feeds else []),
    ]
    wall = Stage([*([_connect(plan)] if plan.sources else []), _wall(plan)])
    rested = Stage(middle, partial(prometheus.rest, plan.layout.data / "prometheus"))
    if plan.bootstrap:
        return [Stage([], create), rested, wall]
    nodes = broker.plan(plan.layout.data / "broker", [plan.ports.broker])
    prepare = partial(_prepare_broker, nodes)
    return [Stage([_broker(plan, nodes[0])], prepare, create), rested, wall]


def verification_stages(feeding: Plan, folding: Plan) -> list[Stage]:
    """Without screens: the receiver writes to the topics of one plan, the worker reads another's.

    Both plans share everything but their prefix.
    """
    feeds = [_feeds(feeding)] if feeding.feeds else []
    services = [
        Stage([_receiver(feeding), *workers(folding), _prometheus(folding), *feeds]),
        *([Stage([_connect(feeding)])] if feeding.sources else []),
    ]
    creating = [
        partial(_create_topics, kafka)
        for kafka in {plan.prefix: plan.kafka for plan in (feeding, folding)}.values()
    ]
    if feeding.bootstrap:
        return [*(Stage([], prepare=create) for create in creating), *services]
    nodes = broker.plan(feeding.layout.data / "broker", [feeding.ports.broker])
    start = Stage([_broker(feeding, nodes[0])], prepare=partial(_prepare_broker, nodes))
    return [start, *(Stage([], prepare=create) for create in creating), *services]


def _prepare_broker(nodes: Sequence[broker.Node]) -> str:
    broker.prepare(nodes)
    return ""


def _create_topics(settings: KafkaSettings) -> str:
    created = topics.create(settings)
    return f"{'topics':<14}{len(created)} created, {len(seeds_topics())} there"


def _broker(plan: Plan, node: broker.Node) -> Service:
    address = f"{LOOPBACK}:{node.port}"
    ready = partial(broker.ready, address)
    return Service("broker", node.command(), address, ready, plan.layout.log("broker"))


def _receiver(plan: Plan) -> Service:
    command = _command(
        plan,
        "connect",
        "dvcqg",
        port=plan.ports.receiver,
        accounts=plan.accounts or plan.account.accounts,
        data=(plan.layout.data / "receiver").absolute(),
        worker_api=",".join(plan.worker_urls),
    )
    url = plan.receiver_url
    return Service("receiver", command, url, _health(url), plan.layout.log("receiver"))


def _connect(plan: Plan) -> Service:
    """Asks the sources; its health does not depend on theirs."""
    command = _command(
        replace(plan, configuration=plan.sources_file or plan.configuration),
        "connect",
        port=plan.ports.connect,
        data=plan.connect_data,
    )
    url = plan.connect_url
    return Service("connect", command, url, _health(url), plan.layout.log("connect"))


def _feeds(plan: Plan) -> Service:
    arguments = [
        *("--data", str(plan.feeds_data)),
        *("--port", str(plan.ports.feeds)),
        *("--pace", str(plan.feeds_pace)),
        *("--clock-offset", str(plan.clock_offset_seconds)),
    ]
    if plan.feeds_seconds is not None:
        arguments += ["--seconds", str(plan.feeds_seconds)]
    url = plan.feeds_url
    return Service("feeds", ioc("feeds", *arguments), url, _health(url), plan.layout.log("feeds"))


def workers(plan: Plan) -> list[Service]:
    urls = plan.worker_urls
    return [
        _worker(plan, f"worker-{number}", port, [url for url in urls if url != _url(port)])
        for number, port in enumerate(plan.ports.workers, start=1)
    ]


def _worker(plan: Plan, name: str, port: int, peers: Sequence[str]) -> Service:
    others = {"workers": ",".join(peers)} if peers else {}
    if plan.outages:
        others["outages"] = str(plan.outages.absolute())
    command = _command(plan, "worker", name=name, port=port, **others)
    return Service(name, command, _url(port), _health(_url(port)), plan.layout.log(name))


def _alertmanager(plan: Plan) -> Service:
    log = plan.layout.log("alertmanager")
    return alertmanager.service(plan.layout.data / "alertmanager", plan.ports.alertmanager, log=log)


def _prometheus(plan: Plan) -> Service:
    return prometheus.service(
        plan.layout.data / "prometheus",
        plan.ports.prometheus,
        {
            "worker": {
                f"worker-{number}": f"{LOOPBACK}:{port}"
                for number, port in enumerate(plan.ports.workers, start=1)
            },
            "receiver": {"receiver": f"{LOOPBACK}:{plan.ports.receiver}"},
            **(
                {"connect": {"connect": f"{LOOPBACK}:{plan.ports.connect}"}} if plan.sources else {}
            ),
        },
        log=plan.layout.log("prometheus"),
        alertmanagers=[f"{LOOPBACK}:{plan.ports.alertmanager}"],
        sources=[
            DeclaredSource(
                one.name, one.topic, one.kind, one.promise, dict(one.score_promises.items())
            )
            for one in plan.sources
        ],
        window=plan.window,
    )


def _wall(plan: Plan) -> Service:
    period = [] if plan.period is None else ["--period", str(plan.period)]
    arguments = ["--port", str(plan.ports.wall), "--prometheus", plan.prometheus_url, *period]
    url = plan.wall_url
    return Service(
        "wall", ioc("wall", *_config(plan), *arguments), url, _health(url), plan.layout.log("wall")
    )


def _command(plan: Plan, *words: str, **options: object) -> list[str]:
    """A command of ours that speaks to Kafka, with its options."""
    kafka = plan.kafka
    given = options | {
        "bootstrap": kafka.bootstrap,
        "topic_prefix": kafka.prefix,
        "clock_offset": plan.clock_offset_seconds,
    }
    flags = [(f"--{name.replace('_', '-')}", str(value)) for name, value in given.items()]
    return ioc(*words, *_config(plan), *(word for flag in flags for word in flag))


def _config(plan: Plan) -> list[str]:
    return ["--config", str(plan.configuration)] if plan.configuration else []


def _health(url: str) -> partial[bool]:
    return partial(answers, f"{url}/health")


def _url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
