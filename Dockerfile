# The mock in a container: non-root, no compiler, a health check that needs no curl; runs with a read-only file system.
FROM python:3.12-slim AS build
WORKDIR /kit
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY spec spec
COPY mockserver mockserver
COPY contract_tests contract_tests
COPY luckymonaco luckymonaco
RUN python -m venv --without-pip /venv && \
    python -m pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check -c constraints.txt .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kit
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LUCKYMONACO_HOST=0.0.0.0 LUCKYMONACO_PORT=8080
USER 10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["luckymonaco", "health", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["luckymonaco"]
CMD ["mock"]
