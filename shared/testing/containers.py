"""RabbitMQ and PostgreSQL in containers for tests, with the same handles as the private native servers."""

from pathlib import Path

from sqlalchemy import create_engine, text
from testcontainers.core.container import DockerContainer
from testcontainers.postgres import PostgresContainer

from shared.operations.broker import BrokerPorts, PrivateBroker

BROKER_IMAGE, POSTGRES_IMAGE = "rabbitmq:4", "postgres:17"


class ContainerBroker(PrivateBroker):
    """One broker in a container whose port stays the same over kill() and start()."""

    def __init__(self, directory: Path, ports: BrokerPorts) -> None:
        super().__init__(directory, ports)
        self._container: DockerContainer | None = None

    def start(self) -> None:
        """Start the container, or the killed one again with its data."""
        if self._container is None:
            inside = "/etc/demandflow/definitions.json"
            settings = self.directory / "container.conf"
            settings.write_text(f"load_definitions = {inside}\n")
            (self.directory / "definitions.json").chmod(0o644)
            self._container = (
                DockerContainer(BROKER_IMAGE)
                .with_bind_ports(5672, self.ports.amqp)
                .with_kwargs(hostname="broker")
                .with_volume_mapping(str(self.directory / "definitions.json"), inside)
                .with_volume_mapping(str(settings), "/etc/rabbitmq/conf.d/90-demandflow.conf")
            )
            self._container.start()
        else:
            self._container.get_wrapped_container().start()
        self.wait()

    def kill(self) -> None:
        """kill -9 of the broker; harmless when it is down."""
        if self._container is None:
            return
        running = self._container.get_wrapped_container()
        running.reload()
        if running.status == "running":
            running.kill()

    def remove(self) -> None:
        """Remove the container and its data."""
        if self._container is not None:
            self._container.stop()

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl inside the container; its output. RuntimeError when it refuses."""
        assert self._container is not None
        code, output = self._container.exec(["rabbitmqctl", "-q", *arguments])
        if code:
            raise RuntimeError(output.decode())
        return output.decode()


class ContainerPostgres:
    """One cluster in a container."""

    def __init__(self) -> None:
        self._container = PostgresContainer(POSTGRES_IMAGE, username="postgres", password="postgres")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._container.start()

    def url(self, database: str) -> str:
        """The address of a database."""
        host, port = self._container.get_container_host_ip(), self._container.get_exposed_port(5432)
        return f"postgresql://postgres:postgres@{host}:{port}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database; returns its address."""
        self._tell(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def _tell(self, statement: str) -> None:
        engine = create_engine(
            self.url("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def stop(self) -> None:
        """Remove the container and its data."""
        self._container.stop()
