"""The names of Connexion, Starlette and uvicorn that are documented nowhere and that the mock leans on.

When an upgrade moves one of them, the test that names it fails, and says which part of the mock must follow.
"""

import inspect
import subprocess
import sys
from typing import Any

import httptools
import pytest
import uvicorn
from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.server import ServerState

from mockserver import connexion_inside, lean
from mockserver.app import create
from mockserver.protocol import MockProtocol
from mockserver.settings import MockSettings
from tests.document import CONTRACT, OPERATION


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    """The layers of the application by the name of their class."""
    app: Any = create(CONTRACT, MockSettings(log_format="none")).outside.app
    return {type(layer).__name__: layer for layer in app.middleware.middleware_stack}


def test_connexion_builds_the_stack_on_demand() -> None:
    """`_build_middleware_stack` returns the outermost application and all layers, while there is no stack."""
    from connexion.middleware import ConnexionMiddleware

    middleware = ConnexionMiddleware(app=lambda: None, middlewares=[])
    assert middleware.middleware_stack is None
    outermost, layers = middleware._build_middleware_stack()
    assert outermost is middleware.app
    assert list(layers) == [outermost]


def test_routes_can_be_read_off(stack: dict[str, Any]) -> None:
    """Connexion's routing mounts a Starlette router for each document, whose routes know their operation's id."""
    routing = stack["Routing"]
    (mount,) = routing.router.routes
    (route,) = mount.app.routes

    assert (mount.path, route.path) == ("", OPERATION.path)
    assert route.methods == {OPERATION.method}
    assert route.endpoint.operation_id == str(OPERATION)
    assert route.param_convertors == {}
    assert route.path_regex.match(OPERATION.path)
    assert mount.app.redirect_slashes is False
    assert routing.exact[OPERATION.path][OPERATION.method]["operation_id"] == str(OPERATION)


def test_routed_middlewares_look_operations_up_by_id(stack: dict[str, Any]) -> None:
    """Security and validation keep one callable for each operation id, under the base path that routing names."""
    for name in ("SecurityMiddleware", "RequestValidationMiddleware"):
        (api,) = stack[name].apis[""]
        assert list(api.operations) == [str(OPERATION)]
        assert inspect.iscoroutinefunction(api.operations[str(OPERATION)])
        assert callable(api.next_app)
    assert connexion_inside.ROUTING_CONTEXT == "connexion_routing"


def test_security_is_the_documents(stack: dict[str, Any]) -> None:
    """The security API parses schemes through the map that was given to it."""
    (api,) = stack["SecurityMiddleware"].apis[""]
    scheme = CONTRACT.raw["components"]["securitySchemes"][OPERATION.credentials[0].scheme]

    assert api.security_handler_factory.parse_security_scheme(scheme, []) is scheme


def test_validation_is_the_documents(stack: dict[str, Any]) -> None:
    """The validation API holds the map of validators that was given to it."""
    (api,) = stack["RequestValidationMiddleware"].apis[""]

    assert api.validator_map == {"body": {OPERATION.media_type: connexion_inside.Body}}


def test_operation_attributes() -> None:
    """Connexion's operation knows its security, its media types and the schema of its body, references resolved."""
    from connexion.spec import Specification

    specification = Specification.load(dict(CONTRACT.raw))
    found = specification.operation_cls.from_spec(
        specification, path=OPERATION.path, method=OPERATION.method.lower(), resolver=connexion_inside.OneHandler()
    )
    assert found.operation_id == str(OPERATION)
    assert [list(entry) for entry in found.security] == [[item.scheme for item in OPERATION.credentials]]
    assert set(found.security_schemes) >= {item.scheme for item in OPERATION.credentials}
    assert found.consumes == [OPERATION.media_type]
    schema = {key: value for key, value in found.body_schema(OPERATION.media_type).items() if key != "components"}
    assert schema == OPERATION.schema.node


async def _app(scope: Any, receive: Any, send: Any) -> None:
    """An application that does nothing."""


def test_protocol_names() -> None:
    """Uvicorn's httptools protocol has the attributes and callbacks that ours overrides or reads."""
    config = uvicorn.Config(_app, ws="none", lifespan="off", log_config=None)
    config.load()
    base = httptools_impl.HttpToolsProtocol
    protocol = base(config, ServerState(), {}, _loop=object())  # type: ignore[arg-type]

    names = "app connections cycle flow headers limit_concurrency loop parser scheme scope server_state transport"
    names += " pipeline tasks timeout_keep_alive"
    assert [name for name in names.split() if not hasattr(protocol, name)] == []
    for name in ("on_message_begin", "on_headers_complete", "on_message_complete", "on_response_complete", "on_body"):
        assert hasattr(base, name)
    assert "self.url = " in inspect.getsource(base.on_message_begin)
    for name in ("data_received", "eof_received", "connection_made", "_unset_keepalive_if_required"):
        assert hasattr(base, name)
    assert list(inspect.signature(base._start_asgi_task).parameters) == ["self", "cycle", "app"]
    assert "self._start_asgi_task(self.cycle, app)" in inspect.getsource(base.on_headers_complete)
    assert "self.server_state.total_requests += 1" in inspect.getsource(base.on_response_complete)
    assert issubclass(MockProtocol, base)
    assert hasattr(FlowControl, "resume_reading")


def test_cycle_names() -> None:
    """Uvicorn's request cycle has the attributes that are read and set when a whole answer is written at once."""
    names = "scope disconnected keep_alive waiting_for_100_continue more_body response_started response_complete"
    source = inspect.getsource(httptools_impl.RequestResponseCycle)

    assert inspect.iscoroutinefunction(httptools_impl.RequestResponseCycle.run_asgi)
    for name in (*names.split(), "message_event", "on_response"):
        assert f"self.{name}" in source
    assert httptools_impl.STATUS_LINE[404] == b"HTTP/1.1 404 Not Found\r\n"


def test_parser_ends_at_an_offer_to_upgrade() -> None:
    """Httptools takes a request that offers an upgrade to end with its head, and says where the rest begins."""

    class Listener:
        body = b""

        def on_body(self, body: bytes) -> None:
            self.body += body

    listener = Listener()
    parser = httptools.HttpRequestParser(listener)
    head = b"POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n"
    with pytest.raises(httptools.HttpParserUpgrade) as raised:
        parser.feed_data(head + b"{}")

    assert raised.value.args[0] == len(head)
    assert listener.body == b""


def _loaded(code: str) -> set[str]:
    """The modules that are there at the end of a program."""
    ending = "; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code + ending], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def test_what_is_left_out_at_start() -> None:
    """Connexion imports what a lean start leaves out, and routes, secures and validates without."""
    left_out = {*lean.STOOD_IN_FOR, *lean.MISSED}
    building = "create(load(), MockSettings())"
    names = "from spec import load; from mockserver.app import create; from mockserver.settings import MockSettings; "
    leanly = "from mockserver import lean\nwith lean.leaving_out(): import mockserver.connexion_inside\n"

    assert left_out <= _loaded(names + building)
    assert not left_out & _loaded(leanly + names + building)


def test_server_names() -> None:
    """Uvicorn's server has the methods that ours extends."""
    for name in ("startup", "shutdown", "on_tick", "capture_signals", "handle_exit"):
        assert callable(getattr(uvicorn.Server, name))
    assert list(inspect.signature(uvicorn.Server.on_tick).parameters) == ["self", "counter"]
