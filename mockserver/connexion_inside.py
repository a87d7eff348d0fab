"""All that leans on the inside of Connexion and Starlette; nothing else in the kit imports either.

The application is an `AsyncApp` that Connexion routes, secures and validates by the document, through its own
extension points: `middlewares=`, `security_map`, `validator_map`, a resolver, and subclasses of its routed middlewares.
Those do at start what the stock ones repeat at each request. Every undocumented name that this module leans on has a
test of its own in tests/mockserver/test_leaning.py; Connexion is pinned to the version that these were written against.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from mockserver.exchange import KEY, Exchange
from mockserver.faults import METHOD, PATH, Plan
from spec import Schema

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # connexion 3.3 imports starlette's test client, which warns about httpx
    from connexion import AsyncApp
    from connexion.middleware.abstract import ROUTING_CONTEXT
    from connexion.middleware.request_validation import RequestValidationAPI, RequestValidationMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.security import SecurityAPI, SecurityMiddleware
    from connexion.resolver import Resolution, Resolver
    from connexion.security import ApiKeySecurityHandler
    from connexion.validators import AbstractRequestBodyValidator

if TYPE_CHECKING:
    from mockserver.pipeline import App, Receive, Scope, Send

Plans = Mapping[str, Plan]  # by Connexion's operation id, which OneHandler makes


class OneHandler(Resolver):  # type: ignore[misc]
    """Every operation of the document is served by the same end of the stack: there is no function to look up."""

    def resolve(self, operation: Any) -> Any:
        """Name an operation by its method and path, as `str(spec.Operation)` does."""
        return Resolution(lambda: None, f"{operation.method.upper()} {operation.path}")


class Routing(RoutingMiddleware):  # type: ignore[misc]
    """Connexion's routes, with the paths that have no parameters looked up instead of matched one by one."""

    def __init__(self, app: App, *, plans: Plans, elsewhere: Callable[[str], App | None]) -> None:
        super().__init__(app)
        self.plans = plans
        self.elsewhere = elsewhere  # what the mock serves besides the contract: documentation, control, health
        self.exact: dict[str, dict[str, dict[str, Any]]] = {}
        self.router.redirect_slashes = False

    def add_api(self, *args: Any, **kwargs: Any) -> None:
        """Let Connexion build its routes, then read them off."""
        super().add_api(*args, **kwargs)
        for mount in self.router.routes:
            mount.app.redirect_slashes = False  # no 307: another path is another path
            for route in mount.app.routes:
                if not route.param_convertors:
                    methods = self.exact.setdefault(mount.path + route.path, {})
                    for method in route.methods:
                        methods[method] = {"api_base_path": mount.path, "operation_id": route.endpoint.operation_id}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the operation, or that there is none, and go on: the answer is chosen at the end of the stack."""
        methods = self.exact.get(scope["path"])
        if methods is None:
            await self._match(scope, receive, send)
            return
        context = methods.get(scope["method"])
        if context is None:
            await self._refuse_method(scope, receive, send, methods)
            return
        scope[KEY].plan = self.plans[context["operation_id"]]
        scope["extensions"] = {ROUTING_CONTEXT: context}
        await self.app(scope, receive, send)

    async def _match(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A path with parameters, a path of the mock's own, or one of nobody's."""
        methods: dict[str, str] = {}
        for mount in self.router.routes:
            for route in mount.app.routes:
                if route.param_convertors and route.path_regex.match(scope["path"]):
                    methods |= dict.fromkeys(route.methods, route.endpoint.operation_id)
        exchange: Exchange = scope[KEY]
        if not methods:
            app = self.elsewhere(scope["path"])
            if app is not None:
                exchange.own_page = True
                await app(scope, receive, send)
                return
            exchange.fail(PATH, "path", "the path is none of the document's")
            scope["extensions"] = {ROUTING_CONTEXT: {}}
            await self.app(scope, receive, send)
        elif scope["method"] not in methods:
            await self._refuse_method(scope, receive, send, methods)
        else:
            exchange.plan = self.plans[methods[scope["method"]]]
            await super().__call__(scope, receive, send)

    async def _refuse_method(self, scope: Scope, receive: Receive, send: Send, methods: Mapping[str, Any]) -> None:
        exchange: Exchange = scope[KEY]
        some = next(iter(methods.values()))
        exchange.plan = self.plans[some["operation_id"] if isinstance(some, dict) else some]
        exchange.allow = ", ".join(sorted(methods)).encode()
        exchange.fail(METHOD, "method", f"the path takes {', '.join(sorted(methods))} only")
        scope["extensions"] = {ROUTING_CONTEXT: {}}
        await self.app(scope, receive, send)


class ByValue(ApiKeySecurityHandler):  # type: ignore[misc]
    """Connexion's hook for `apiKey` schemes (security_map); which values are right is the plan's affair."""

    def get_fn(self, security_scheme: Any, required_scopes: Any) -> Any:  # noqa: ARG002  (Connexion's signature)
        """Say that the scheme is one the mock can check."""
        return security_scheme


class PreparedSecurityAPI(SecurityAPI):  # type: ignore[misc]
    """Works out at start which schemes an operation needs."""

    plans: Plans

    def make_operation(self, operation: Any) -> App:
        """The credential checks of one operation; an operation without security has none."""
        needed = [name for requirement in operation.security or () for name in requirement]
        schemes = [operation.security_schemes[name] for name in needed]
        checkable = [self.security_handler_factory.parse_security_scheme(scheme, []) for scheme in schemes]
        check = self.plans[operation.operation_id].check_credentials
        following: App = self.next_app
        if not checkable:
            return following

        async def check_credentials(scope: Scope, receive: Receive, send: Send) -> None:
            check(scope[KEY])
            await following(scope, receive, send)

        return check_credentials


class Body(AbstractRequestBodyValidator):  # type: ignore[misc]
    """Connexion's hook for bodies (validator_map), on jsonschema-rs; made once for an operation."""

    def __init__(self, *, schema: dict[str, Any], **options: Any) -> None:
        super().__init__(schema=schema, **options)
        self.schema = Schema({key: value for key, value in schema.items() if key != "components"})


class PreparedValidationAPI(RequestValidationAPI):  # type: ignore[misc]
    """Prepares an operation's media types and schema once."""

    plans: Plans

    def make_operation(self, operation: Any) -> App:
        """The checks of one operation's body."""
        plan = self.plans[operation.operation_id]
        accepted = frozenset(media_type.lower().encode() for media_type in operation.consumes)
        media_type = plan.operation.media_type
        validator = self.validator_map["body"][media_type](
            schema=operation.body_schema(media_type), encoding="utf-8", strict_validation=False, required=True
        )
        schema: Schema = validator.schema
        following: App = self.next_app

        async def read_body(scope: Scope, receive: Receive, send: Send) -> None:
            if not scope[KEY].unread:
                plan.read_body(scope[KEY])
            await following(scope, receive, send)

        async def check_body(scope: Scope, receive: Receive, send: Send) -> None:
            exchange: Exchange = scope[KEY]
            if not exchange.unread:
                plan.check_media_type(exchange, accepted)
                plan.check_body(exchange, schema)
            await following(scope, receive, send)

        return check_body if plan.validate else read_body


def _middleware(stock: Any, api: Any, plans: Plans) -> Any:
    """A routed middleware of Connexion's with our API class in it, which knows the plans."""
    return type(stock.__name__, (stock,), {"api_cls": type(api.__name__, (api,), {"plans": plans})})


def build(
    document: Mapping[str, Any],
    plans: Plans,
    boundary: Callable[[App], App],
    end: App,
    *,
    elsewhere: Callable[[str], App | None],
) -> App:
    """The application: Connexion's own, with the stages of this kit as its middlewares."""
    media_types = {plan.operation.media_type for plan in plans.values()}
    app = AsyncApp(
        "mockserver",
        middlewares=[
            boundary,
            partial(Routing, plans=plans, elsewhere=elsewhere),
            _middleware(SecurityMiddleware, PreparedSecurityAPI, plans),
            _middleware(RequestValidationMiddleware, PreparedValidationAPI, plans),
        ],
        resolver=OneHandler(),
        security_map={"apiKey": ByValue},
        validator_map={"body": dict.fromkeys(media_types, Body)},
    )
    app.middleware.app = end  # a plain ASGI callable ends the stack, in place of Connexion's call of a view function
    app.add_api(dict(document), base_path="")
    stack = app.middleware
    stack.app, stack.middleware_stack = stack._build_middleware_stack()  # now, so that a bad document fails at start
    return app  # type: ignore[no-any-return]
