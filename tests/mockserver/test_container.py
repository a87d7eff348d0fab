"""The container files, as far as they can be judged without a container engine."""

import re
from pathlib import Path

import yaml

from mockserver.settings import MockSettings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


class _Loader(yaml.SafeLoader):
    """Reads compose's own `!override`."""


_Loader.add_constructor("!override", lambda loader, node: loader.construct_sequence(node))
COMPOSE = yaml.load((ROOT / "compose.yaml").read_text(encoding="utf-8"), _Loader)


def test_runs_as_nobody_special() -> None:
    """The last user is a number that is not root's, and it comes before the command."""
    user = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)

    assert [int(number) > 0 for number in user] == [True]


def test_what_is_copied_exists_and_is_let_through() -> None:
    """Everything that the image copies from here exists, and .dockerignore lets it through."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name
            assert f"!{name}" in ignored


def test_variables_are_settings() -> None:
    """Every LUCKYMONACO_ variable of the image and of compose is one that the mock reads."""
    known = {option.env for option in MockSettings.options()}
    used = set(re.findall(r"LUCKYMONACO_\w+", DOCKERFILE)) | set(COMPOSE["services"]["mock"]["environment"])

    assert used <= known


def test_compose_is_strict() -> None:
    """The services run with a read-only file system, without capabilities, reachable from this machine only."""
    for service in COMPOSE["services"].values():
        if "extends" in service:
            continue
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "build" in service or not service["user"].startswith("0")
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_process_gets_the_signal() -> None:
    """SIGTERM reaches the mock itself: it is process 1, with no shell before it, and compose waits for its end."""
    assert 'ENTRYPOINT ["luckymonaco"]' in DOCKERFILE
    assert 'CMD ["mock"]' in DOCKERFILE
    seconds = int(COMPOSE["services"]["mock"]["stop_grace_period"].rstrip("s"))
    assert seconds > MockSettings().shutdown_timeout


def test_image_is_pinned_and_small() -> None:
    """What is installed is pinned by the constraints, without the extras of development, and without pip."""
    (install,) = re.findall(r"pip .*install .*", DOCKERFILE)
    assert "-c constraints.txt" in install
    assert install.endswith(" .")
    assert "--without-pip" in DOCKERFILE


def test_commands_are_known() -> None:
    """The command of every service that is this image is one that the mock takes."""
    for service in COMPOSE["services"].values():
        if "image" in service and "build" not in service:
            continue
        options = [word for word in service.get("command", ()) if word.startswith("--")]
        assert set(options) <= {option.flag for option in MockSettings.options()}


def test_health_check_is_the_kits_own() -> None:
    """The health check asks the mock's own page with the kit's own command: there is no curl in the image."""
    assert re.search(r'HEALTHCHECK .*CMD \["luckymonaco", "health", "http://127.0.0.1:8080/healthz"\]', DOCKERFILE)
    assert "apt-get" not in DOCKERFILE
