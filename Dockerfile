# The server as a small image: built with the development dependencies, run without them.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY bin ./bin
COPY package.json LICENSE NOTICE ./
RUN install --directory --owner=node --group=node --mode=0700 /data
USER node
ENV CENOTE_HOST=0.0.0.0 CENOTE_DATA_DIR=/data
VOLUME /data
EXPOSE 9339
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9339/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/cenote"]
CMD ["serve"]
