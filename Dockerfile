# Two stages: wheels are built and installed in the first, only what runs is in the second.
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/watcher \
    && pip --python /opt/watcher/bin/python install --no-compile --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY config ./config
COPY seeds ./seeds
COPY watcher ./watcher
RUN pip --python /opt/watcher/bin/python install --no-compile --no-deps . \
    && find /opt/watcher -name tests -type d -prune -exec rm -rf {} + \
    && find /opt/watcher -name '*.pyi' -delete

FROM python:${PYTHON_VERSION}-slim
LABEL org.opencontainers.image.title="coverage-watcher" \
      org.opencontainers.image.description="One well-explained Telegram alert per new story" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 watcher \
    && useradd --system --uid 10001 --gid watcher --home-dir /data --shell /usr/sbin/nologin watcher \
    && install -d -o watcher -g watcher -m 0750 /data
COPY --from=build /opt/watcher /opt/watcher
ENV PATH=/opt/watcher/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WATCHER_STATE=/data
# Mount your own configuration at /config; without one the packaged defaults are used.
WORKDIR /
USER watcher
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["watcher", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["watcher"]
CMD ["run"]
