# Build: docker build -t affiant .
# How to run it: docs/running.md. To pin the base image: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:<digest>
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No package may run code while it is installed. The npm package "node" is for machines with another Node: not needed here.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/build.ts
COPY scripts/build scripts/build
COPY src src
COPY collectors collectors
RUN node scripts/build.ts

FROM ${NODE_IMAGE} AS production
WORKDIR /production
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
# git reads repositories; ssh-keygen and gpg verify the signatures of commits where the config asks for it.
RUN apt-get update \
  && apt-get install -y --no-install-recommends git gpg openssh-client \
  && rm -rf /var/lib/apt/lists/*
# What installs software has no place where credentials are.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-* \
  /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
RUN groupadd --gid 10001 affiant \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /etc/affiant --shell /usr/sbin/nologin affiant \
  && install -d -o affiant -g affiant -m 0750 /var/lib/affiant
COPY --from=production /production/node_modules /app/node_modules
COPY --from=build /build/dist /app/dist
COPY package.json config.schema.json config.example.yaml LICENSE /app/
COPY mappings /app/mappings
ENV NODE_ENV=production HOME=/etc/affiant
# affiant.yaml, and where git asks for it .gitconfig, are looked for here. The root file system can be read-only: only the store is written to.
WORKDIR /etc/affiant
VOLUME /var/lib/affiant
USER 10001:10001
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8484/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/src/cli/main.js"]
CMD ["worker"]
