# The local server, beside an emulator of AWS: `docker compose up -d --build` (docker-compose.yml).
#
# Base images are named by exact version. A digest would bind tighter; none could be looked up and checked where this was written.
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.dev.json LICENSE ./
COPY projenrc/ projenrc/
COPY src/contract/ src/contract/
COPY lambda/ lambda/
COPY local/ local/
RUN node --import tsx projenrc/bundle-handlers.ts && node --import tsx projenrc/bundle-local-server.ts

FROM base
ENV NODE_ENV=production
COPY --from=build /app/tmp/local-server/ ./
# The image's user `node`, by number: an orchestrator can see that it is not root.
USER 1000:1000
CMD ["node", "local/main.js", "--host", "0.0.0.0"]
