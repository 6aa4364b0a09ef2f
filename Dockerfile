# One process of Alongside. Our tests read this file and do not build it.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build --chown=node:node /app /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4100 DATA_DIR=/data
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# The viewer of shared pages has a port of its own.
EXPOSE 4100 4101
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:4100/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/src/main.ts", "serve"]
