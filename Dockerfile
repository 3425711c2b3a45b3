# The program that the chart runs. It brings no PostgreSQL: an installation has its own.
#
#   docker build -t registry.example.com/praetor:0.1.0 .
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
COPY scripts ./scripts
RUN npm ci && npm run build

FROM node:24-bookworm-slim
COPY --from=build /build/packages/server/dist /app/dist
USER 10001
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/dist/main.js"]
