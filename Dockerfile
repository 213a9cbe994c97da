FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY console console
RUN npm run build

FROM node:22-slim
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
# DATABASE_URL is given, so the embedded PostgreSQL stays out.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY --from=build /app/dist dist
# The audit rows that wait and the key of the seals: they outlive the container.
RUN install -d -o node -g node /data
VOLUME /data
USER node
EXPOSE 3000
CMD ["node", "--max-semi-space-size=16", "dist/server/main.js"]
