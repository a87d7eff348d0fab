"""The code samples are run: callers against the mock, receivers under the suite."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from luckymonaco.docs.samples import LANGUAGES, Sample, samples
from spec import load
from tests import editions
from tests.command_line import clean_environ
from tests.document import CONTRACT
from tests.listening import free_port, listening

SAMPLES = list(samples(CONTRACT))
SECRET = "a-secret-of-the-tests"
JACKSON = [Path("/usr/share/java") / f"jackson-{part}.jar" for part in ("databind", "core", "annotations")]
CLASSPATH = os.pathsep.join(map(str, JACKSON))
TOOLS = {
    "curl": "curl",
    "python": sys.executable,
    "php": "php",
    "node": "node",
    "java": "java",
    "go": "go",
    "csharp": "mcs",
    "aspnet": "dotnet",  # no package of Debian has it
}
MONO = [
    Path("/usr/lib/mono/4.5") / f"{name}.dll"
    for name in ("System.Net.Http", "System.Runtime.Serialization", "System.Xml", "System.Xml.Linq")
]
WEB = """<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup>
<TargetFramework>net{}.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>
</PropertyGroup></Project>
"""
ENVIRON = {**clean_environ(), "LUCKYMONACO_SECRET": SECRET, "PHP_CLI_SERVER_WORKERS": "4"}


def command(sample: Sample, folder: Path, *arguments: str) -> list[str]:
    """How a sample is started, after it was written to a folder and built."""
    tool = shutil.which(TOOLS[sample.language])
    if tool is None:
        pytest.skip(f"{TOOLS[sample.language]} is not installed")
    file = folder / sample.file
    file.write_text(sample.text, encoding="utf-8")
    if sample.language == "go":
        subprocess.run(
            [tool, "build", "-o", "sample", sample.file], cwd=folder, env={**ENVIRON, "GOFLAGS": "-mod=mod"}, check=True
        )
        return [str(folder / "sample"), *arguments]
    if sample.language == "java" and sample.role == "receiver":
        if not all(path.exists() for path in JACKSON):
            pytest.skip("Jackson is not installed")
        return [tool, "-cp", CLASSPATH, str(file), *arguments]
    if sample.language == "csharp":
        missing = [path.stem for path in MONO if not path.exists()]
        if missing:
            pytest.skip(f"{', '.join(missing)} of Mono is not installed")
        references = [f"-r:{path.stem}" for path in MONO]
        subprocess.run([tool, *references, "-warnaserror", f"-out:{folder / 'sample.exe'}", str(file)], check=True)
        return ["mono", str(folder / "sample.exe"), *arguments]
    if sample.language == "aspnet":
        version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
        (folder / "sample.csproj").write_text(WEB.format(version.split(".")[0]), encoding="utf-8")
        subprocess.run([tool, "build", str(folder)], env=ENVIRON, check=True, stdout=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{arguments[0]}"
        return [tool, "run", "--no-build", "--project", str(folder), "--urls", address]
    if sample.language == "php" and sample.role == "receiver":
        return [tool, "-S", f"127.0.0.1:{arguments[0]}", str(file)]
    return ["sh" if sample.language == "curl" else tool, str(file), *arguments]


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """The mock, which checks the request hash."""
    port = free_port()
    with listening([sys.executable, "-m", "luckymonaco", "mock", "--port", str(port)], port, ENVIRON) as url:
        yield url


def verified(url: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """What the suite says of a receiver, SHOULD rules too."""
    return subprocess.run(
        [sys.executable, "-m", "luckymonaco", "verify", url, "--strict", *options],
        env=ENVIRON,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def named(role: str) -> list[object]:
    """The samples of a role that can be run, under readable ids."""
    return [
        pytest.param(sample, id=f"{sample.operation}-{sample.language}") for sample in SAMPLES if sample.role == role
    ]


@pytest.mark.parametrize("sample", named("caller"))
def test_a_caller_is_answered(sample: Sample, mock: str, tmp_path: Path) -> None:
    """A caller sends a correctly hashed notification; curl, which cannot hash, is refused for its hash alone."""
    result = subprocess.run(
        command(sample, tmp_path, mock), env=ENVIRON, capture_output=True, text=True, timeout=120, check=False
    )

    operation = next(operation for operation in CONTRACT.operations if operation.id == sample.operation)
    refused = CONTRACT.answer_for("wrong-hash", operation)
    expected = refused if sample.language == "curl" else operation.success
    assert str(expected.status) in result.stdout.split(), result.stdout + result.stderr
    assert expected.code in result.stdout


EDITIONS = {"second-operation": editions.second_operation, "many-types": editions.many_types}


@contextmanager
def mock_of(file: Path) -> Iterator[str]:
    """The URL of a mock of another document."""
    port = free_port()
    with listening(
        [sys.executable, "-m", "luckymonaco", "mock", "--port", str(port), "--spec", str(file)], port, ENVIRON
    ) as url:
        yield url


@pytest.fixture(scope="module", params=EDITIONS)
def edited(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A document with a second operation or with fields of every type, and its mock."""
    file = tmp_path_factory.mktemp("edited") / "edited.yaml"
    file.write_text(EDITIONS[request.param](), encoding="utf-8")
    with mock_of(file) as url:
        yield file, url


def of_last_operation(file: Path, language: str, role: str) -> Sample:
    """The sample for the last operation of a document."""
    contract = load(file)
    wanted = (contract.operations[-1].id, language, role)
    return next(s for s in samples(contract) if (s.operation, s.language, s.role) == wanted)


def assert_answered(language: str, file: Path, url: str, folder: Path) -> None:
    """The caller's sample of an edited document prints the status of a success."""
    result = subprocess.run(
        command(of_last_operation(file, language, "caller"), folder, url),
        env=ENVIRON,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert str(load(file).operations[-1].success.status) in result.stdout.split(), result.stdout + result.stderr


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "aspnet"])
def test_a_caller_of_another_edition_is_answered(language: str, edited: tuple[Path, str], tmp_path: Path) -> None:
    """An edited document's samples send its credentials where it wants them, and values of every type."""
    assert_answered(language, *edited, tmp_path)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A document whose request hash is an HMAC, and its mock, which checks it."""
    file = tmp_path_factory.mktemp("keyed") / "keyed.yaml"
    scheme = ("default-scheme: sorted-md5", "default-scheme: sorted-hmac-sha256")
    file.write_text(editions.edit(scheme), encoding="utf-8")
    with mock_of(file) as url:
        yield file, url


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language not in ("curl", "aspnet")])
def test_a_caller_hashes_as_the_document_says(language: str, keyed: tuple[Path, str], tmp_path: Path) -> None:
    """Where the default scheme is another one, the samples compute that."""
    assert_answered(language, *keyed, tmp_path)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "curl"])
def test_a_receiver_of_another_edition_keeps_it(language: str, tmp_path: Path) -> None:
    """An edited document's receivers check its types and limits, and its credentials in header and cookie."""
    file = tmp_path / "edited.yaml"
    file.write_text(editions.many_types(), encoding="utf-8")
    port = free_port()
    arguments = command(of_last_operation(file, language, "receiver"), tmp_path, str(port))
    judged = [option for family in ("OK-1", "VAL", "AUTH") for option in ("--rule", family)]

    with listening(arguments, port, ENVIRON) as url:
        result = verified(url, "--spec", str(file), *judged)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("sample", named("receiver"))
def test_a_receiver_keeps_the_contract(sample: Sample, tmp_path: Path) -> None:
    """A receiver is judged by the whole suite, with the request hash, SHOULD rules too."""
    port = free_port()
    arguments = command(sample, tmp_path, str(port))

    with listening(arguments, port, ENVIRON) as url:
        result = verified(url)

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_language_has_a_caller() -> None:
    """Seven languages call, and all but curl receive; C# does in two ways."""
    for operation in CONTRACT.operations:
        mine = [sample for sample in SAMPLES if sample.operation == operation.id]
        assert {sample.language for sample in mine if sample.role == "caller"} == set(LANGUAGES) - {"aspnet"}
        assert {sample.language for sample in mine if sample.role == "receiver"} == set(LANGUAGES) - {"curl"}
