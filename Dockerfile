# Two stages: wheels are built and installed in the first, only what runs is in the second.
# Works with any engine from 20.10 on; nothing but the base image comes from a registry.
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# What rarely changes comes first: the locked libraries, each checked against its hash.
# requirements-full.lock has the libraries of the extras, too.
ARG LOCK=requirements.lock
COPY requirements*.lock ./
RUN python -m venv --without-pip /opt/watcher \
    && pip --python /opt/watcher/bin/python install --no-compile --only-binary :all: --require-hashes -r "$LOCK"
COPY pyproject.toml README.md LICENSE ./
COPY config ./config
COPY seeds ./seeds
COPY watcher ./watcher
# Compiled here, because the container cannot write beside the code and every health check is a start; not what
# only highlights source code on terminals. Checked by nothing at run time: nobody can edit it.
RUN pip --python /opt/watcher/bin/python install --no-compile --no-deps . \
    && find /opt/watcher -name tests -type d -prune -exec rm -rf {} + \
    && find /opt/watcher -name '*.pyi' -delete \
    && python -m compileall -q -x '/pygments/|/babel/messages/' --invalidation-mode unchecked-hash \
        /opt/watcher/lib \
    && /opt/watcher/bin/watcher --version

FROM python:${PYTHON_VERSION}-slim
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="coverage-watcher" \
      org.opencontainers.image.description="Watches news feeds for a few topics; one well-explained Telegram alert per new story" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Fixed numbers, so that a volume keeps its owner over rebuilds and Kubernetes can see that it is not root.
RUN groupadd --system --gid 10001 watcher \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin watcher \
    && install -d -o 10001 -g 10001 -m 0750 /data
COPY --from=build /opt/watcher /opt/watcher
ENV PATH=/opt/watcher/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WATCHER_STATE=/data
# ./config is looked for: from here that is /config. Without one mounted, the packaged defaults are used.
WORKDIR /
USER 10001:10001
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["watcher", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["watcher"]
CMD ["run"]
