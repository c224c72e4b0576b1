# syntax=docker/dockerfile:1
# The booking API: one bundled file, its migrations and its pages on Node 24. Build it where the architecture in lib/config says:
#   docker build --platform linux/arm64 --tag nailbook/api:$(git describe --always) .

# Runs on the builder's own architecture: what it makes is JavaScript, the same for all.
FROM --platform=$BUILDPLATFORM node:24-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
# The embedded PostgreSQL and the other tools of development are not needed to bundle.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY app app
COPY bin/build.ts bin/build-record.ts bin/
RUN npm run build -- api

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build --chown=root:root /source/dist/api .
# Of the image's own, without rights; the files above belong to root and are only read.
USER node
EXPOSE 8000
# The API finishes its requests within SHUTDOWN_GRACE_SECONDS of app/contract/api.ts; ECS kills later.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8000) + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm between ECS and the API: the signal arrives.
CMD ["node", "--enable-source-maps", "bin/main.js"]
